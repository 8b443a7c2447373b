import { useState } from 'react';
import type { FatoresHttp } from '@plataforma/contracts';
import {
  Aviso,
  Botao,
  Campo,
  criarChave,
  data,
  desistiu,
  Falha,
  fusoDaqui,
  haChavesDeAcesso,
  useEnvio,
  useIdioma,
} from '@plataforma/kit';
import { api } from '../api.js';
import { entregar } from '../calendario.js';
import { NaoConfirmou, useConfirmacao } from '../confirmacao.js';
import { relerConta } from '../conta.js';
import { useTextos } from '../textos/index.js';
import estilo from './telas.module.css';

type Confirmar = ReturnType<typeof useConfirmacao>['comConfirmacao'];

/** How else than by a password it is proved who one is; codes of recovery are shown once, right after they are made. */
export function Seguranca({ fatores }: { fatores: FatoresHttp }) {
  const t = useTextos();
  const { comConfirmacao, dialogo } = useConfirmacao();
  const [codigos, setCodigos] = useState<readonly string[]>([]);
  const novos = useEnvio(
    () => comConfirmacao(async () => (await api('POST /v1/usuarios/eu/codigos-de-recuperacao')).body),
    ({ codigosRecuperacao }) => {
      setCodigos(codigosRecuperacao);
      return relerConta();
    },
  );
  const mudou = (vieram: readonly string[] = []): void => {
    if (vieram.length > 0) setCodigos(vieram);
    void relerConta();
  };
  const tem = fatores.totp !== null || fatores.chavesDeAcesso.length > 0;
  return (
    <section className={estilo['pilha']}>
      <h2>{t('seguranca.titulo')}</h2>
      {codigos.length > 0 && <Codigos codigos={codigos} guardei={() => setCodigos([])} />}
      <h3>{t('seguranca.autenticador')}</h3>
      <Autenticador totp={fatores.totp} {...{ comConfirmacao, mudou }} />
      <h3>{t('seguranca.chaves')}</h3>
      <Chaves chaves={fatores.chavesDeAcesso} {...{ comConfirmacao, mudou }} />
      {tem && (
        <>
          <h3>{t('seguranca.codigos')}</h3>
          <p>{t('seguranca.restam', { quantos: fatores.codigosRestantes })}</p>
          <Recusa erro={novos.falha} />
          <div>
            <Botao forma="secundario" ocupado={novos.ocupado} onClick={() => novos.enviar(undefined)}>
              {t('seguranca.novosCodigos')}
            </Botao>
          </div>
        </>
      )}
      {dialogo}
    </section>
  );
}

const Recusa = ({ erro }: { erro: unknown }) =>
  erro === undefined || erro instanceof NaoConfirmou || desistiu(erro) ? null : <Falha erro={erro} />;

function Codigos({ codigos, guardei }: { codigos: readonly string[]; guardei: () => void }) {
  const t = useTextos();
  return (
    <Aviso tom="espera" titulo={t('seguranca.guarde')}>
      <p>{t('seguranca.guardeDetalhe')}</p>
      <ul className={estilo['codigos']}>
        {codigos.map((codigo) => (
          <li key={codigo}>
            <code>{codigo}</code>
          </li>
        ))}
      </ul>
      <div className={estilo['linha']}>
        <Botao
          forma="secundario"
          onClick={() =>
            entregar(new Blob([`${codigos.join('\n')}\n`], { type: 'text/plain' }), 'codigos-de-recuperacao.txt')
          }
        >
          {t('seguranca.baixar')}
        </Botao>
        <Botao onClick={guardei}>{t('seguranca.guardei')}</Botao>
      </div>
    </Aviso>
  );
}

function Autenticador({
  totp,
  comConfirmacao,
  mudou,
}: {
  totp: FatoresHttp['totp'];
  comConfirmacao: Confirmar;
  mudou: (codigos?: readonly string[]) => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const [novo, setNovo] = useState<{ segredo: string; uri: string; qr: string }>();
  const [codigo, setCodigo] = useState('');
  const comecar = useEnvio(
    () => comConfirmacao(async () => (await api('POST /v1/usuarios/eu/totp')).body),
    (feito) => setNovo(feito),
  );
  const confirmar = useEnvio(
    async () =>
      (await api('POST /v1/usuarios/eu/totp/confirmacao', { corpo: { codigo: codigo.replace(/\s/g, '') } })).body,
    ({ codigosRecuperacao }) => {
      setNovo(undefined);
      setCodigo('');
      mudou(codigosRecuperacao);
    },
  );
  const tirar = useEnvio(
    () => comConfirmacao(() => api('DELETE /v1/usuarios/eu/totp')),
    () => mudou(),
  );
  if (totp)
    return (
      <>
        <p>{t('seguranca.ligado', { quando: data(totp.ativadoEm, fusoDaqui(), idioma) })}</p>
        <Recusa erro={tirar.falha} />
        <div>
          <Botao forma="secundario" ocupado={tirar.ocupado} onClick={() => tirar.enviar(undefined)}>
            {t('seguranca.tirarAutenticador')}
          </Botao>
        </div>
      </>
    );
  if (!novo)
    return (
      <>
        <p>{t('seguranca.autenticadorDetalhe')}</p>
        <Recusa erro={comecar.falha} />
        <div>
          <Botao forma="secundario" ocupado={comecar.ocupado} onClick={() => comecar.enviar(undefined)}>
            {t('seguranca.porAutenticador')}
          </Botao>
        </div>
      </>
    );
  return (
    <form className={estilo['pilha']} onSubmit={(evento) => confirmar.enviar(evento)}>
      <p>{t('seguranca.leia')}</p>
      <img src={novo.qr} width="240" height="240" alt={t('seguranca.qr')} />
      <p>
        {t('seguranca.oudigite')} <code className={estilo['segredo']}>{novo.segredo}</code>
      </p>
      <Recusa erro={confirmar.erro} />
      <Campo
        rotulo={t('segundoFator.codigo')}
        required
        inputMode="numeric"
        autoComplete="one-time-code"
        dica={t('segundoFator.codigoDica')}
        erro={confirmar.campos['codigo']}
        value={codigo}
        onChange={({ target }) => setCodigo(target.value)}
      />
      <div className={estilo['linha']}>
        <Botao type="submit" ocupado={confirmar.ocupado}>
          {t('seguranca.confirmar')}
        </Botao>
        <Botao forma="leve" onClick={() => setNovo(undefined)}>
          {t('confirmacao.desistir')}
        </Botao>
      </div>
    </form>
  );
}

function Chaves({
  chaves,
  comConfirmacao,
  mudou,
}: {
  chaves: FatoresHttp['chavesDeAcesso'];
  comConfirmacao: Confirmar;
  mudou: (codigos?: readonly string[]) => void;
}) {
  const t = useTextos();
  const idioma = useIdioma();
  const [nome, setNome] = useState('');
  const criar = useEnvio(
    async () => {
      const { desafio, opcoes } = await comConfirmacao(
        async () => (await api('POST /v1/usuarios/eu/chaves-de-acesso/opcoes')).body,
      );
      const credencial = await criarChave(opcoes);
      return (await api('POST /v1/usuarios/eu/chaves-de-acesso', { corpo: { desafio, nome: nome.trim(), credencial } }))
        .body;
    },
    ({ codigosRecuperacao }) => {
      setNome('');
      mudou(codigosRecuperacao);
    },
  );
  const tirar = useEnvio(
    (chave: string) =>
      comConfirmacao(() => api('DELETE /v1/usuarios/eu/chaves-de-acesso/:chave', { parametros: { chave } })),
    () => mudou(),
  );
  return (
    <>
      <p>{t(haChavesDeAcesso() ? 'seguranca.chavesDetalhe' : 'seguranca.semChaves')}</p>
      <Recusa erro={tirar.falha} />
      {chaves.length > 0 && (
        <ul className={estilo['itens']}>
          {chaves.map((chave) => (
            <li key={chave.id}>
              <div>
                <strong>{chave.nome}</strong>
                <p className={estilo['suave']}>
                  {t('seguranca.chaveDesde', { quando: data(chave.criadaEm, fusoDaqui(), idioma) })}
                </p>
                <Renomear chave={chave} mudou={mudou} />
              </div>
              <Botao
                forma="secundario"
                ocupado={tirar.ocupado}
                aria-label={t('seguranca.tirarChave', { nome: chave.nome })}
                onClick={() => tirar.enviar(undefined, chave.id)}
              >
                {t('seguranca.tirar')}
              </Botao>
            </li>
          ))}
        </ul>
      )}
      {haChavesDeAcesso() && (
        <form className={estilo['pilha']} onSubmit={(evento) => criar.enviar(evento)}>
          <Recusa erro={criar.erro} />
          <Campo
            rotulo={t('seguranca.nomeDaChave')}
            dica={t('seguranca.nomeDaChaveDica')}
            required
            maxLength={60}
            autoComplete="off"
            erro={criar.campos['nome']}
            value={nome}
            onChange={({ target }) => setNome(target.value)}
          />
          <div>
            <Botao type="submit" forma="secundario" ocupado={criar.ocupado}>
              {t('seguranca.criarChave')}
            </Botao>
          </div>
        </form>
      )}
    </>
  );
}

function Renomear({ chave, mudou }: { chave: { id: string; nome: string }; mudou: () => void }) {
  const t = useTextos();
  const [nome, setNome] = useState(chave.nome);
  const { ocupado, campos, erro, enviar } = useEnvio(
    () =>
      api('PATCH /v1/usuarios/eu/chaves-de-acesso/:chave', {
        parametros: { chave: chave.id },
        corpo: { nome: nome.trim() },
      }),
    () => mudou(),
  );
  return (
    <details>
      <summary>{t('seguranca.renomear')}</summary>
      <form className={estilo['pilha']} onSubmit={(evento) => enviar(evento)}>
        {erro !== undefined && <Falha erro={erro} />}
        <Campo
          rotulo={t('seguranca.nomeDaChave')}
          required
          maxLength={60}
          autoComplete="off"
          erro={campos['nome']}
          value={nome}
          onChange={({ target }) => setNome(target.value)}
        />
        <div>
          <Botao type="submit" forma="secundario" ocupado={ocupado}>
            {t('seguranca.renomear')}
          </Botao>
        </div>
      </form>
    </details>
  );
}
