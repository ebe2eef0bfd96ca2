import { AbstractLogger } from 'typeorm';

/** TypeORM prints some things to the console whatever it is told; errors reach the caller anyway. */
export class SilentLogger extends AbstractLogger {
  protected writeLog(): void {
    // nothing
  }
}
