import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import type { Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Access, Public } from '../../apps/api/src/auth/index.js';
import { RouteAccess } from '../../apps/api/src/auth/route-access.js';

class Handlers {
  @Get('open')
  @Public()
  open(): void {}

  @Get('forgotten')
  forgotten(): void {}
}

function start(controller: Type): Promise<RouteAccess> {
  @Module({ controllers: [controller], providers: [RouteAccess] })
  class App {}
  return Test.createTestingModule({ imports: [App] })
    .compile()
    .then(async (module) => {
      await module.init();
      return module.get(RouteAccess);
    });
}

it('keeps the process from starting while a route, inherited or not, says nothing of who may call it', async () => {
  @Controller()
  class Forgetful extends Handlers {
    @Get('other')
    other(): void {}
  }
  await expect(start(Forgetful)).rejects.toThrow(
    'Routes without @Access or @Public: Forgetful.other, Forgetful.forgotten',
  );
});

it('takes the rule of the controller where the handler has none', async () => {
  @Access({ scope: 'read' })
  @Controller()
  class Careful {
    @Get()
    read(): void {}
  }
  const rules = await start(Careful);
  expect(rules.of(Careful.prototype.read)).toMatchObject({ kind: 'ACCESS', rule: { scope: 'read' } });
});

it('keeps it from starting when a route says two things', async () => {
  @Controller()
  class Torn {
    @Get()
    @Public()
    @Access({ scope: 'admin' })
    read(): void {}
  }
  await expect(start(Torn)).rejects.toThrow('@Access and @Public on one route');
});
