import { describe, expect, it } from '@jest/globals';
import { carriedBy, modelOf } from './model.ts';

const one = { reservas: 5, pagamentos: 4, 'PostgreSQL de reservas': 3, 'PostgreSQL de pagamentos': 6, RabbitMQ: 1 };

describe('O modelo de muitas máquinas', () => {
  it('diz o que se esgota primeiro: um processo de Node tem um núcleo, um servidor, os seus', () => {
    expect(carriedBy(one, { instances: 1, partitions: 1, cores: 2 })).toEqual({ perSecond: 100, boundBy: 'reservas' });
    expect(carriedBy(one, { instances: 16, partitions: 1, cores: 2 })).toEqual({
      perSecond: 1_000 / 6,
      boundBy: 'PostgreSQL de pagamentos',
    });
  });

  it('cresce com as instâncias enquanto os bancos levam, e com as partições daí em diante', () => {
    const at = (instances: number, partitions: number) => carriedBy(one, { instances, partitions, cores: 4 }).perSecond;
    expect(at(2, 1)).toBe(2 * at(1, 1));
    expect(at(64, 1)).toBe(at(32, 1));
    expect(at(64, 2)).toBe(2 * at(64, 1));
  });

  it('conta o que os bancos fazem em comum a cada um, pelo que cada um faz', () => {
    const { perSecond } = carriedBy({ ...one, 'PostgreSQL (comum)': 3 }, { instances: 16, partitions: 1, cores: 2 });
    expect(perSecond).toBeCloseTo(1_000 / (6 + 3 * (6 / 9)), 6);
  });

  it('di-lo em palavras', () => {
    expect(modelOf(one, 2, 'confirmadas')[0]).toBe(
      'Modelo, 1 processo por aplicação e 1 servidor de 2 núcleos para cada banco e para as filas: 100 por segundo (confirmadas); esgota-se primeiro reservas.',
    );
  });
});
