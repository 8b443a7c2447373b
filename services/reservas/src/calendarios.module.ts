import type { DynamicModule } from '@nestjs/common';
import { areaModule } from '@plataforma/platform';
import {
  CriarCalendarioHandler,
  LerCalendarioHandler,
  ListarCalendariosHandler,
  RevogarCalendarioHandler,
} from './application/calendarios.js';
import { CalendariosController } from './presentation/calendarios.controller.js';

/** Calendars to subscribe to. */
export class CalendariosModule {
  static readonly tabelas = ['calendarios'];

  static with(): DynamicModule {
    return areaModule(CalendariosModule, {
      controllers: [CalendariosController],
      providers: [CriarCalendarioHandler, ListarCalendariosHandler, RevogarCalendarioHandler, LerCalendarioHandler],
    });
  }
}
