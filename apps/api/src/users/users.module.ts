import { Module } from '@nestjs/common';
import { CqrsModule } from '@nestjs/cqrs';
import { UsersController } from './users-controller.js';

@Module({ imports: [CqrsModule], controllers: [UsersController] })
export class UsersModule {}
