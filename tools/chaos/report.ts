import type { Round } from './run.ts';

export interface ChaosResults {
  quando: string;
  semente: number;
  duracaoSegundos: number;
  reinicios: number;
  rodadas: Round[];
}

/** A line for each fault: what it is, what must hold, whether it did, and how long until all was quiet. */
export function table(rounds: readonly Round[]): string {
  const rows = rounds.map(({ n, falha, deveValer, naoExecutada, sobreviveu, sossegoSegundos }) => [
    String(n),
    falha,
    deveValer,
    naoExecutada !== undefined ? 'não executada' : sobreviveu === undefined ? '—' : sobreviveu ? 'sim' : 'NÃO',
    sossegoSegundos === undefined ? '—' : `${sossegoSegundos.toFixed(1)} s`,
  ]);
  const lines = [['nº', 'falha', 'deve valer', 'sobreviveu', 'sossego em'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** What this machine cannot do is no failure; what there was no time for is. */
export const survived = (rounds: readonly Round[]): boolean =>
  rounds.every(({ sobreviveu, naoExecutada }) => sobreviveu !== false && naoExecutada !== outOfTime);

export const outOfTime = 'o tempo de --minutes acabou';
