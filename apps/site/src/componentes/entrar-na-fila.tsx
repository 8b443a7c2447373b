import { useState } from 'react';
import { PAGINAS } from '@plataforma/contracts/paginas';
import {
  Botao,
  classeDeBotao,
  consultas,
  duracao,
  Escolha,
  Falha,
  minutosDepois,
  useEnvio,
  useIdioma,
} from '@plataforma/kit';
import { Link, useLocation, useNavigate } from '@tanstack/react-router';
import { api } from '../api.js';
import { comChave } from '../pedido.js';
import { useSessao } from '../sessao.js';
import estilo from '../telas/telas.module.css';
import { useTextos } from '../textos/index.js';

const FOLGAS = [0, 30, 60, 120];

/** A time that somebody has may become free: whoever waits is held it, in turn, and told. */
export function EntrarNaFila({ espacoId, inicio, minutos }: { espacoId: string; inicio: string; minutos: number }) {
  const t = useTextos();
  const idioma = useIdioma();
  const { estado } = useSessao();
  const { href } = useLocation();
  const navegar = useNavigate();
  const [flexibilidadeMinutos, setFlexibilidade] = useState(0);
  const entrar = useEnvio(
    async () => {
      const corpo = { espacoId, inicio, fim: minutosDepois(inicio, minutos), flexibilidadeMinutos };
      return (await comChave({ fila: corpo }, corpo, (dito) => api('POST /v1/fila', dito))).body;
    },
    async () => {
      await consultas.invalidateQueries({ queryKey: ['fila'] });
      await navegar({ to: PAGINAS.fila });
    },
  );
  return (
    <section className={estilo['pilha']}>
      <h3>{t('fila.esperar')}</h3>
      <p>{t('fila.comoE')}</p>
      {estado === 'ABERTA' ? (
        <>
          {entrar.falha !== undefined && <Falha erro={entrar.falha} />}
          <Escolha
            rotulo={t('fila.folga')}
            value={flexibilidadeMinutos}
            onChange={({ target }) => setFlexibilidade(Number(target.value))}
          >
            {FOLGAS.map((quanto) => (
              <option key={quanto} value={quanto}>
                {quanto === 0 ? t('fila.semFolga') : t('fila.comFolga', { quanto: duracao(quanto, idioma) })}
              </option>
            ))}
          </Escolha>
          <div>
            <Botao forma="secundario" ocupado={entrar.ocupado} onClick={() => entrar.enviar(undefined)}>
              {t('fila.entrar')}
            </Botao>
          </div>
        </>
      ) : (
        <div>
          <Link to={PAGINAS.entrar} search={{ volta: href }} className={classeDeBotao('secundario')}>
            {t('fila.entrarAntes')}
          </Link>
        </div>
      )}
    </section>
  );
}
