import { Escolha, Falha } from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { api } from '../api.js';
import { useTextos } from '../textos/index.js';
import estilo from './painel.module.css';

/** As many as one can choose among here; where there are more, the first by name. */
const MAXIMO = 100;

/** The spaces that a hall is made of: whoever books it takes all of them. */
export function Composicao({
  id,
  partes,
  mudar,
  erro,
}: {
  id: string | undefined;
  partes: readonly string[];
  mudar: (partes: string[]) => void;
  erro: string | undefined;
}) {
  const t = useTextos();
  const { data, error, refetch } = useQuery({
    queryKey: ['espacos', 'a-compor'],
    queryFn: async () => {
      const [publicados, rascunhos] = await Promise.all(
        (['PUBLICADO', 'RASCUNHO'] as const).map(
          async (situacao) => (await api('GET /v1/espacos', { consulta: { situacao, limite: MAXIMO } })).body.itens,
        ),
      );
      return [...(publicados ?? []), ...(rascunhos ?? [])];
    },
  });
  const outros = data?.filter((espaco) => espaco.id !== id) ?? [];
  const nomeDe = (parte: string): string => outros.find((espaco) => espaco.id === parte)?.nome ?? parte.slice(-8);
  const livres = outros.filter((espaco) => espaco.partes.length === 0 && !partes.includes(espaco.id));
  return (
    <fieldset className={estilo['folha']}>
      <legend>
        <strong>{t('espacos.composicao')}</strong>
      </legend>
      {error && <Falha erro={error} deNovo={() => void refetch()} />}
      {erro !== undefined && (
        <p role="alert" id="partes" tabIndex={-1}>
          {erro}
        </p>
      )}
      <p className={estilo['suave']}>{t(partes.length > 0 ? 'espacos.composto' : 'espacos.naoComposto')}</p>
      <ul className={estilo['linha']}>
        {partes.map((parte) => (
          <li key={parte}>
            <label className={estilo['linha']}>
              <input type="checkbox" checked onChange={() => mudar(partes.filter((outra) => outra !== parte))} />
              {nomeDe(parte)}
            </label>
          </li>
        ))}
      </ul>
      {livres.length > 0 && (
        <div className={estilo['filtros']}>
          <Escolha
            rotulo={t('espacos.acrescentarParte')}
            value=""
            onChange={({ target }) => target.value !== '' && mudar([...partes, target.value])}
          >
            <option value="" />
            {livres.map((espaco) => (
              <option key={espaco.id} value={espaco.id}>
                {espaco.nome} · {espaco.cidade}
              </option>
            ))}
          </Escolha>
        </div>
      )}
    </fieldset>
  );
}
