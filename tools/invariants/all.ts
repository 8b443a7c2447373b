import { i1 } from './i1-sem-sobreposicao.ts';
import { i2 } from './i2-confirmada-e-paga.ts';
import { i3 } from './i3-cancelada-devolve.ts';
import { i4 } from './i4-efeito-unico.ts';
import { i5 } from './i5-nada-parado.ts';
import { i6 } from './i6-dlq.ts';
import { i7 } from './i7-nada-prometido-se-perde.ts';
import type { Invariant } from './sources.ts';

export const invariants: readonly Invariant[] = [i1, i2, i3, i4, i5, i6, i7];
