import { type Explanation, explain, type Happening, type Model } from './linearizability.ts';

/** Of a space of one unit, ms since 1970. */
export interface Period {
  readonly espacoId: string;
  readonly inicio: number;
  readonly fim: number;
}

export type Status = 'PENDENTE_PAGAMENTO' | 'CONFIRMADA' | 'CANCELADA' | 'CONCLUIDA' | 'NAO_COMPARECEU';

interface Timed {
  /** Whose operation it is. */
  readonly quem: string;
  /** ms, by the clock of whoever asks. */
  readonly start: number;
  /** Infinity when no answer came. */
  readonly end: number;
}

/** What a client did and what came of it. */
export type Operation = Timed &
  (
    | {
        readonly tipo: 'reservar';
        readonly periodo: Period;
        /** Of idempotency; undefined where several bookings are made at once, or by the waitlist. */
        readonly chave?: string;
        /** The booking, a refusal because the time is taken, or nobody knows. */
        readonly resultado: { readonly id: string; readonly expiraEm: number } | 'ocupado' | 'incerto';
        /** An answer to an earlier attempt with this key was lost. */
        readonly repetida?: boolean;
      }
    | { readonly tipo: 'esperar'; readonly periodo: Period }
    | { readonly tipo: 'mover'; readonly id: string; readonly para: Period; readonly resultado: 'feito' | 'incerto' }
    | { readonly tipo: 'cancelar'; readonly id: string; readonly resultado: 'feito' | 'incerto' }
    | { readonly tipo: 'pagar'; readonly id: string; readonly resultado: 'pago' | 'recusado' | 'incerto' }
    | {
        readonly tipo: 'ler';
        readonly id: string;
        readonly status: Status;
        /** The booking's own events, where they were asked for. */
        readonly eventos?: readonly string[];
      }
  );

export interface Unexplained {
  readonly de: string;
  readonly ordem: readonly string[];
  readonly semLugar: readonly string[];
}

/** A deadline is acted upon by another clock than the client's, and its time is rounded. */
const CLOCKS_MS = 2_000;

const holds = (status: Status): boolean => status !== 'CANCELADA' && status !== 'NAO_COMPARECEU';

/**
 * Every way in which the history cannot be that of a platform that does one thing after the other: of each time of a
 * unit, of each charge, and of each key of idempotency.
 *
 * @param clocksMs how far the clocks of the services may be from the client's
 */
export function unexplained(history: readonly Operation[], clocksMs = CLOCKS_MS): Unexplained[] {
  const bookings = bookingsOf(history);
  return [
    ...[...clusters(history)].flatMap((operations) =>
      judged(`unidade ${operations[0]?.where ?? ''}`, occupations(operations, bookings, clocksMs), unitModel),
    ),
    ...[...bookings.values()].flatMap((booking) =>
      judged(`cobrança de ${booking.id}`, payments(booking, clocksMs), chargeModel),
    ),
    ...keys(history),
  ];
}

function judged<State, Input>(
  de: string,
  happenings: readonly Happening<Input>[],
  model: Model<State, Input>,
): Unexplained[] {
  const explanation: Explanation = explain(happenings, model);
  return explanation.found ? [] : [{ de, ordem: explanation.order, semLugar: explanation.stuck }];
}

type Of<Tipo extends Operation['tipo']> = Extract<Operation, { tipo: Tipo }>;

interface Booking {
  readonly id: string;
  readonly made: Of<'reservar'> & { readonly resultado: { readonly expiraEm: number } };
  readonly rest: (Of<'mover'> | Of<'cancelar'> | Of<'pagar'> | Of<'ler'>)[];
}

function bookingsOf(history: readonly Operation[]): Map<string, Booking> {
  const bookings = new Map<string, Booking>();
  for (const operation of history)
    if (operation.tipo === 'reservar' && typeof operation.resultado === 'object') {
      const { id } = operation.resultado;
      // Answered more than once, by the same key or by one that should have been another: judged by the key.
      const earlier = bookings.get(id)?.made;
      const made = operation as Booking['made'];
      if (!earlier || made.start < earlier.start) bookings.set(id, { id, made, rest: bookings.get(id)?.rest ?? [] });
    }
  for (const operation of history) if ('id' in operation) bookings.get(operation.id)?.rest.push(operation);
  return bookings;
}

/** It was cancelled because nobody paid, and taken back when the payment showed after all. */
const wasTakenBack = ({ rest }: Booking): boolean =>
  rest.some(({ tipo, ...read }) => {
    const eventos = tipo === 'ler' && 'eventos' in read ? (read.eventos ?? []) : [];
    const cancelled = eventos.findIndex((evento) => evento.startsWith('reserva.cancelada.'));
    return cancelled >= 0 && eventos.slice(cancelled).some((evento) => evento.startsWith('reserva.confirmada.'));
  });

// ── units ────────────────────────────────────────────────────────────────────────────────────────────────────────────

type Placed = (Of<'reservar'> | Of<'esperar'> | Of<'mover'>) & { readonly where: string };

const overlap = (a: Period, b: Period): boolean => a.espacoId === b.espacoId && a.inicio < b.fim && b.inicio < a.fim;

/** What has to do with one another: times that overlap, or that one booking had one after the other. */
function clusters(history: readonly Operation[]): Set<readonly Placed[]> {
  const made = new Map<string, Period>();
  const groups: { periods: Period[]; operations: Placed[] }[] = [];
  const add = (operation: Of<'reservar'> | Of<'esperar'> | Of<'mover'>, periods: Period[]): void => {
    const touched = groups.filter((group) => group.periods.some((a) => periods.some((b) => overlap(a, b))));
    for (const group of touched) groups.splice(groups.indexOf(group), 1);
    const [first] = periods;
    const where = `${first?.espacoId ?? '?'} em ${new Date(first?.inicio ?? 0).toISOString()}`;
    groups.push({
      periods: [...touched.flatMap((group) => group.periods), ...periods],
      operations: [...touched.flatMap((group) => group.operations), { ...operation, where }],
    });
  };
  for (const operation of history)
    if (operation.tipo === 'reservar') {
      if (typeof operation.resultado === 'object') made.set(operation.resultado.id, operation.periodo);
      add(operation, [operation.periodo]);
    } else if (operation.tipo === 'esperar') add(operation, [operation.periodo]);
  for (const operation of history)
    if (operation.tipo === 'mover') add(operation, [operation.para, ...[made.get(operation.id) ?? []].flat()]);
  return new Set(groups.map(({ operations }) => operations));
}

type Occupation =
  | { readonly tipo: 'ocupar'; readonly id: string; readonly periodo: Period }
  /** `menos`: what its own key made is no reason to refuse it. */
  | { readonly tipo: 'recusar'; readonly periodo: Period; readonly menos: readonly string[] }
  | { readonly tipo: 'liberar'; readonly id: string }
  | { readonly tipo: 'ver'; readonly id: string; readonly ocupa: boolean };

type Unit = ReadonlyMap<string, Period>;

/** Who has what; nothing is anybody's twice. */
const unitModel: Model<Unit, Occupation> = {
  initial: new Map(),
  key: (unit) => JSON.stringify([...unit].toSorted(([a], [b]) => (a < b ? -1 : 1))),
  step(unit, input) {
    switch (input.tipo) {
      case 'ocupar': {
        const free = [...unit].every(([id, periodo]) => id === input.id || !overlap(periodo, input.periodo));
        return free ? new Map([...unit, [input.id, input.periodo]]) : undefined;
      }
      case 'recusar':
        return [...unit].some(([id, periodo]) => overlap(periodo, input.periodo) && !input.menos.includes(id))
          ? unit
          : undefined;
      case 'liberar': {
        if (!unit.has(input.id)) return undefined;
        const rest = new Map(unit);
        rest.delete(input.id);
        return rest;
      }
      case 'ver':
        return unit.has(input.id) === input.ocupa ? unit : undefined;
    }
  },
};

function occupations(
  operations: readonly Placed[],
  bookings: ReadonlyMap<string, Booking>,
  clocksMs: number,
): Happening<Occupation>[] {
  const happenings: Happening<Occupation>[] = [];
  /** Somebody nobody saw may have had it for a while: an answer that was lost, a turn in the waitlist. */
  const somebody = (name: string, start: number, periodo: Period): void => {
    happenings.push(
      { input: { tipo: 'ocupar', id: name, periodo }, start, end: Infinity, maybe: true, told: `${name} talvez ocupe` },
      { input: { tipo: 'liberar', id: name }, start, end: Infinity, maybe: true, told: `${name} talvez libere` },
    );
  };
  const made = new Map<string, string[]>();
  for (const {
    id,
    made: { chave },
  } of bookings.values())
    if (chave !== undefined) made.set(chave, [...(made.get(chave) ?? []), id]);
  for (const [index, operation] of operations.entries()) {
    const { start, end, quem } = operation;
    if (operation.tipo === 'mover') continue;
    const { periodo } = operation;
    if (operation.tipo === 'esperar') somebody(`fila de ${quem} ${index}`, start, periodo);
    else if (operation.resultado === 'ocupado') {
      const told = `${quem}: recusado, ocupado`;
      const menos = operation.chave === undefined ? [] : (made.get(operation.chave) ?? []);
      happenings.push({ input: { tipo: 'recusar', periodo, menos }, start, end, told });
      if (operation.repetida) somebody(`pedido de ${quem} ${index}`, start, periodo);
    } else if (operation.resultado === 'incerto') somebody(`pedido de ${quem} ${index}`, start, periodo);
  }
  const here = new Set(
    operations.flatMap(({ tipo, ...operation }) =>
      tipo === 'reservar' && 'resultado' in operation && typeof operation.resultado === 'object'
        ? [operation.resultado.id]
        : [],
    ),
  );
  for (const id of here) {
    const booking = bookings.get(id);
    if (booking) happenings.push(...lifeOf(booking, clocksMs));
  }
  return happenings;
}

function lifeOf(booking: Booking, clocksMs: number): Happening<Occupation>[] {
  const { id, made, rest } = booking;
  const { periodo, quem, start, end } = made;
  const happenings: Happening<Occupation>[] = [
    { input: { tipo: 'ocupar', id, periodo }, start, end, told: `${quem}: reserva ${id}` },
  ];
  for (const operation of rest) {
    const { tipo, start: from, end: to } = operation;
    if (tipo === 'mover')
      happenings.push({
        input: { tipo: 'ocupar', id, periodo: operation.para },
        start: from,
        end: operation.resultado === 'feito' ? to : Infinity,
        maybe: operation.resultado === 'incerto',
        told: `${operation.quem}: muda ${id}`,
      });
    if (tipo === 'cancelar')
      happenings.push({
        input: { tipo: 'liberar', id },
        start: from,
        end: operation.resultado === 'feito' ? to : Infinity,
        maybe: operation.resultado === 'incerto',
        told: `${operation.quem}: cancela ${id}`,
      });
    if (tipo === 'ler')
      happenings.push({
        input: { tipo: 'ver', id, ocupa: holds(operation.status) },
        start: from,
        end: to,
        told: `${operation.quem}: lê ${id} ${operation.status}`,
      });
  }
  // What the platform does by itself, and not before the deadline that it told.
  const begins = made.resultado.expiraEm - clocksMs;
  if (rest.some((each) => each.tipo === 'ler' && !holds(each.status)) || wasTakenBack(booking))
    happenings.push({
      input: { tipo: 'liberar', id },
      start: begins,
      end: Infinity,
      maybe: true,
      told: `prazo de ${id}`,
    });
  if (wasTakenBack(booking))
    happenings.push({
      input: { tipo: 'ocupar', id, periodo },
      start: begins,
      end: Infinity,
      maybe: true,
      told: `${id} é retomada`,
    });
  return happenings;
}

// ── charges ──────────────────────────────────────────────────────────────────────────────────────────────────────────

type Payment = 'pagar' | 'cancelar' | 'retomar' | { readonly le: Status };
type Charge = 'ABERTA' | 'PAGA' | 'CANCELADA' | 'PAGA_E_CANCELADA';

/** Money is taken at most once, and a booking is confirmed exactly when it was. */
const chargeModel: Model<Charge, Payment> = {
  initial: 'ABERTA',
  key: (charge) => charge,
  step(charge, input) {
    if (input === 'pagar')
      return charge === 'ABERTA' ? 'PAGA' : charge === 'CANCELADA' ? 'PAGA_E_CANCELADA' : undefined;
    if (input === 'cancelar')
      return charge === 'ABERTA' ? 'CANCELADA' : charge === 'PAGA' ? 'PAGA_E_CANCELADA' : undefined;
    if (input === 'retomar') return charge === 'PAGA_E_CANCELADA' ? 'PAGA' : undefined;
    const { le } = input;
    // The news of a payment takes its time; that of a cancellation does not.
    if (le === 'PENDENTE_PAGAMENTO') return charge === 'ABERTA' || charge === 'PAGA' ? charge : undefined;
    if (le === 'CANCELADA') return charge === 'CANCELADA' || charge === 'PAGA_E_CANCELADA' ? charge : undefined;
    return charge === 'PAGA' ? charge : undefined;
  },
};

function payments(booking: Booking, clocksMs: number): Happening<Payment>[] {
  const { id, made, rest } = booking;
  const happenings: Happening<Payment>[] = rest.flatMap((operation): Happening<Payment>[] => {
    const { tipo, quem, start, end } = operation;
    const told = `${quem}: ${tipo} ${id}`;
    if (tipo === 'ler') return [{ input: { le: operation.status }, start, end, told: `${told} ${operation.status}` }];
    if (tipo === 'mover' || operation.resultado === 'recusado') return [];
    const maybe = operation.resultado === 'incerto';
    return [{ input: tipo, start, end: maybe ? Infinity : end, maybe, told }];
  });
  const begins = made.resultado.expiraEm - clocksMs;
  const byItself = { start: begins, end: Infinity, maybe: true };
  happenings.push({ ...byItself, input: 'cancelar', told: `prazo de ${id}` });
  if (wasTakenBack(booking)) happenings.push({ ...byItself, input: 'retomar', told: `${id} é retomada` });
  return happenings;
}

// ── keys ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The id of a booking, or that the time was taken. */
type Answered = { readonly id: string } | 'ocupado';

/** The first booking that a key made is the answer to all that comes with it, and of no other key. */
const keyModel: Model<string, Answered> = {
  initial: '',
  key: (id) => id,
  step(id, answer) {
    if (answer === 'ocupado') return id === '' ? id : undefined;
    return id === '' || id === answer.id ? answer.id : undefined;
  },
};

function keys(history: readonly Operation[]): Unexplained[] {
  const byKey = new Map<string, Happening<Answered>[]>();
  const owners = new Map<string, string>();
  const found: Unexplained[] = [];
  for (const operation of history) {
    if (operation.tipo !== 'reservar' || operation.chave === undefined || operation.resultado === 'incerto') continue;
    const { chave, resultado, quem, start, end } = operation;
    const told = `${quem}: ${chave} respondida com ${typeof resultado === 'object' ? resultado.id : resultado}`;
    byKey.set(chave, [...(byKey.get(chave) ?? []), { input: resultado, start, end, told }]);
    if (typeof resultado !== 'object') continue;
    const owner = owners.get(resultado.id) ?? chave;
    owners.set(resultado.id, owner);
    if (owner !== chave)
      found.push({ de: `reserva ${resultado.id}`, ordem: [], semLugar: [`feita por ${owner} e por ${chave}`] });
  }
  return [...found, ...[...byKey].flatMap(([chave, answers]) => judged(`chave ${chave}`, answers, keyModel))];
}
