import { ApiProperty } from '@nestjs/swagger';
import { Field } from '../http/index.js';

const HEALTH = ['UP', 'DEGRADED', 'DOWN'] as const;
const STATES = ['REGISTERED', 'STARTING', 'RUNNING', 'STOPPING', 'STOPPED', 'FAILED'] as const;

export class HealthAnswer {
  @Field.choice(['UP'], { description: 'UP; anything else is a problem document.', example: 'UP' })
  status!: 'UP';
}

export class ComponentHealthAnswer {
  @Field.choice(HEALTH, {
    description: 'UP; DEGRADED: works, but worse; DOWN: does not, and the process is not ready.',
    example: 'UP',
  })
  status!: string;

  @Field.text({
    description: 'Why, where there is something to say.',
    optional: true,
    example: 'Not connected.',
  })
  detail?: string;

  @Field.facts({
    description: 'Figures of the component: pool sizes, ages, counts.',
    optional: true,
    example: {},
  })
  facts?: object;
}

export class ComponentAnswer {
  @Field.text({ description: 'Name of the component.', example: 'database' })
  name!: string;

  @Field.choice(STATES, { description: 'Where it is in its life.', example: 'RUNNING' })
  state!: string;

  @Field.object(() => ComponentHealthAnswer, { description: 'How it is, asked just now.' })
  health!: ComponentHealthAnswer;

  @Field.time({
    description: 'Since when it has this health; null before the first check.',
    nullable: true,
    example: '2026-01-01T00:00:00.000Z',
  })
  since!: string | null;

  @Field.integer({ description: 'Milliseconds its start took.', nullable: true, example: 12 })
  startMs!: number | null;

  @Field.texts({ description: 'Components that run before it.', example: ['database'] })
  dependsOn!: readonly string[];
}

export class SystemHealthAnswer {
  @Field.flag({ description: 'All components were started and none was told to stop.', example: true })
  running!: boolean;

  @Field.flag({ description: 'Takes requests: running, and no component is DOWN.', example: true })
  ready!: boolean;

  @Field.list(() => ComponentAnswer, { description: 'Every part of this process.' })
  components!: ComponentAnswer[];

  @Field.time({ description: 'When this was asked.', example: '2026-01-01T00:00:00.000Z' })
  asOf!: string;
}

export class ConfigValueAnswer {
  @Field.text({ description: 'The key.', example: 'app.logLevel' })
  key!: string;

  @ApiProperty({
    description: 'The value in force; a secret shows as `***`.',
    nullable: true,
    oneOf: [
      { type: 'string' },
      { type: 'number' },
      { type: 'boolean' },
      { type: 'array', items: { type: 'string' } },
    ],
    example: 'INFO',
  })
  value!: unknown;

  @Field.text({
    description:
      'Where the value comes from: a file and line, a variable, `default`, `generated` or `override`.',
    example: 'config/default.yaml:6',
  })
  source!: string;

  @Field.flag({ description: 'May be changed while the platform runs.', example: true })
  dynamic!: boolean;

  @Field.text({ description: 'What the key means.', example: 'The least severe log line that is written.' })
  description!: string;
}

export class ConfigAnswer {
  @Field.text({ description: 'The environment whose file was read.', example: 'development' })
  environment!: string;

  @Field.integer({ description: 'Grows with each change at run time; the ETag.', example: 0 })
  version!: number;

  @Field.list(() => ConfigValueAnswer, { description: 'Every key, sorted.', max: 1000 })
  values!: ConfigValueAnswer[];
}

export class ChangeConfigRequest {
  @Field.facts({
    description:
      'Dynamic keys with their new values; null takes a change back. Whole numbers and booleans as such, ' +
      'decimals as strings. All of it is taken, or nothing.',
    example: { 'app.logLevel': 'INFO' },
  })
  values!: Record<string, unknown>;
}

export class CapabilitiesAnswer {
  @Field.text({ description: 'Version of the product.', example: '0.1.0' })
  version!: string;

  @Field.text({ description: 'The environment it runs in.', example: 'development' })
  environment!: string;

  @Field.choice(['EMBEDDED', 'STANDARD'], {
    description: 'EMBEDDED: one process with its own database; STANDARD: a database of its own machine.',
    example: 'EMBEDDED',
  })
  topology!: string;

  @Field.flag({ description: 'A Redis is configured.', example: false })
  redis!: boolean;

  @Field.flag({ description: 'Traces are sent somewhere.', example: false })
  tracing!: boolean;

  @Field.facts({ description: 'What each part says it can do.', example: { api: { maxPageLimit: 500 } } })
  sections!: object;
}
