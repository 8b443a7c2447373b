import { told } from './run.ts';
import type { Stage } from './stage.ts';

/** Guards that can be taken away, to see that the history shows it. */
const guards: Readonly<Record<string, { sql: string; shows: string }>> = {
  restricao: {
    sql: 'ALTER TABLE ocupacoes DROP CONSTRAINT ocupacoes_sem_sobreposicao',
    shows: 'unidade',
  },
  idempotencia: {
    // Every request has a key of its own then: what is stored is found by nobody.
    sql: `CREATE FUNCTION esquecer() RETURNS trigger LANGUAGE plpgsql AS
            $$ BEGIN NEW.chave := NEW.chave || gen_random_uuid(); RETURN NEW; END $$;
          CREATE TRIGGER esquecer BEFORE INSERT ON idempotencia FOR EACH ROW EXECUTE FUNCTION esquecer()`,
    shows: 'chave',
  },
};

/** A run without a guard: good when what people saw has no explanation. @returns the exit code */
export async function breakGuard(name: string, stage: Stage, progress: (message: string) => void): Promise<number> {
  const guard = guards[name];
  if (!guard) throw new Error(`there is no guard "${name}"`);
  await stage.rows('reservas', guard.sql);
  stage.crowd.start({ disputar: 1, repetir: 2 });
  await stage.pass(12_000);
  await stage.crowd.stop();
  const seen = told(stage).filter((line) => line.includes(`explicação, ${guard.shows}`));
  for (const line of seen.slice(0, 3)) progress(line);
  console.log(
    seen.length > 0
      ? `Sem a guarda (${name}), a história não tem explicação em ${seen.length} lugares: o verificador a pega.`
      : `Sem a guarda (${name}), o verificador nada viu.`,
  );
  return seen.length > 0 ? 0 : 1;
}
