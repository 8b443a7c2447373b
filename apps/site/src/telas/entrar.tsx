import { type FormEvent, useEffect, useState } from 'react';
import type { DesafioHttp } from '@plataforma/contracts';
import { PAGINAS } from '@plataforma/contracts/paginas';
import {
  Aviso,
  Botao,
  Campo,
  CampoDeSenha,
  classeDeBotao,
  comoProblema,
  desistiu,
  Falha,
  haChavesDeAcesso,
  provarPorChave,
  useDesafioDoLink,
  useDoLink,
  useEnvio,
  useUmaVez,
} from '@plataforma/kit';
import { useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { api } from '../api.js';
import { ProvarFator } from '../componentes/prova.js';
import { abrirSessao, talvezHajaSessao } from '../sessao.js';
import { useTextos } from '../textos/index.js';
import estilo from './telas.module.css';

/** Back to where one was going. */
export function useSeguir(): () => void {
  const { volta } = useSearch({ strict: false });
  const { history } = useRouter();
  return () => history.replace(volta ?? PAGINAS.inicio);
}

/** By password, and a second factor where the account has one. */
export function Entrar() {
  const t = useTextos();
  const { volta } = useSearch({ from: PAGINAS.entrar });
  const [desafio, setDesafio] = useState<DesafioHttp>();
  const [email, setEmail] = useState('');
  const [senha, setSenha] = useState('');
  const seguir = useSeguir();
  // Why a log-in by a provider did not come about.
  const deFora = useDoLink('erro');
  const entrar = useUmaVez({
    mutationFn: async () => (await api('POST /v1/sessoes', { corpo: { email, senha } })).body,
    onSuccess: (resposta) => {
      if ('desafio' in resposta) return setDesafio(resposta);
      abrirSessao(resposta);
      seguir();
    },
  });
  if (desafio) return <SegundoFator desafio={desafio} recomecar={() => setDesafio(undefined)} />;
  return (
    <div className={estilo['coluna']}>
      <h1>{t('entrar.titulo')}</h1>
      {entrar.error && <Falha erro={entrar.error} />}
      {deFora !== undefined && !entrar.error && (
        <Aviso tom="perigo" titulo={t('entrar.deFora')}>
          <p>{t('falha.codigo', { codigo: deFora })}</p>
        </Aviso>
      )}
      <form
        className={estilo['pilha']}
        onSubmit={(evento: FormEvent) => {
          evento.preventDefault();
          if (!entrar.isPending) entrar.mutate();
        }}
      >
        <Campo
          rotulo={t('entrar.email')}
          id="email"
          type="email"
          autoComplete="username"
          required
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <CampoDeSenha rotulo={t('entrar.senha')} id="senha" value={senha} mudar={setSenha} />
        <div className={estilo['linha']}>
          <Botao type="submit" ocupado={entrar.isPending}>
            {t('entrar.entrar')}
          </Botao>
          <Link to={PAGINAS.senha} className={classeDeBotao('leve')}>
            {t('senha.esqueceu')}
          </Link>
        </div>
      </form>
      <OutrosModos />
      <p>
        {t('entrar.semConta')}{' '}
        <Link to={PAGINAS.cadastro} search={{ volta }}>
          {t('cadastro.titulo')}
        </Link>
      </p>
    </div>
  );
}

function SegundoFator({
  desafio,
  recomecar,
}: {
  desafio: Pick<DesafioHttp, 'desafio' | 'fatores' | 'chaveDeAcesso'>;
  recomecar: () => void;
}) {
  const t = useTextos();
  const seguir = useSeguir();
  useEffect(() => document.getElementById('codigo')?.focus(), []);
  return (
    <div className={estilo['coluna']}>
      <h1>{t('segundoFator.titulo')}</h1>
      <ProvarFator
        desafio={desafio}
        provar={async (prova) =>
          abrirSessao(
            (await api('POST /v1/sessoes/segundo-fator', { corpo: { desafio: desafio.desafio, ...prova } })).body,
          )
        }
        feito={seguir}
        falha={(erro) => (comoProblema(erro).code === 'auth.desafio-invalido' ? recomecar : undefined)}
      />
    </div>
  );
}

/** A provider's log-in led here: what it is to be proved with came after `#`. */
export function EntrarPorSegundoFator() {
  const t = useTextos();
  const navegar = useNavigate();
  const desafio = useDesafioDoLink();
  const recomecar = (): void => void navegar({ to: PAGINAS.entrar });
  if (desafio) return <SegundoFator {...{ desafio, recomecar }} />;
  return (
    <div className={estilo['coluna']}>
      <h1>{t('segundoFator.titulo')}</h1>
      <p>{t('senha.semLink')}</p>
      <div>
        <Botao onClick={recomecar}>{t('entrar.titulo')}</Botao>
      </div>
    </div>
  );
}

/** Somebody whose address has an account already proves that it is theirs, and the provider is linked to it. */
export function Ligar() {
  const t = useTextos();
  const seguir = useSeguir();
  const [senha, setSenha] = useState('');
  const { ocupado, campos, erro, enviar } = useEnvio(
    async () => abrirSessao((await api('POST /v1/sessoes/externas/ligacao', { corpo: { senha } })).body),
    seguir,
  );
  return (
    <div className={estilo['coluna']}>
      <h1>{t('ligar.titulo')}</h1>
      <p>{t('ligar.detalhe')}</p>
      {erro !== undefined && <Falha erro={erro} />}
      <form className={estilo['pilha']} onSubmit={(evento) => enviar(evento)}>
        <CampoDeSenha rotulo={t('entrar.senha')} id="senha" erro={campos['senha']} value={senha} mudar={setSenha} />
        <div>
          <Botao type="submit" ocupado={ocupado}>
            {t('ligar.ligar')}
          </Botao>
        </div>
      </form>
    </div>
  );
}

/** Without a password: by a passkey of this device, or by somebody who vouches for one. */
function OutrosModos() {
  const t = useTextos();
  const seguir = useSeguir();
  const { data: provedores = [] } = useQuery({
    queryKey: ['provedores'],
    queryFn: async () => (await api('GET /v1/provedores')).body.itens,
    staleTime: 300_000,
  });
  const porChave = useEnvio(async () => {
    const { desafio, opcoes } = (await api('POST /v1/sessoes/chave-de-acesso/opcoes')).body;
    const credencial = await provarPorChave(opcoes);
    abrirSessao((await api('POST /v1/sessoes/chave-de-acesso', { corpo: { desafio, credencial } })).body);
  }, seguir);
  const porProvedor = useEnvio(async (provedor: string) => {
    const { endereco } = (await api('POST /v1/sessoes/externas', { corpo: { provedor } })).body;
    talvezHajaSessao();
    location.assign(endereco);
  });
  if (!haChavesDeAcesso() && provedores.length === 0) return null;
  const erro = porProvedor.falha ?? (desistiu(porChave.falha) ? undefined : porChave.falha);
  return (
    <section className={estilo['pilha']}>
      <h2>{t('entrar.outros')}</h2>
      {erro !== undefined && <Falha erro={erro} />}
      <div className={estilo['linha']}>
        {haChavesDeAcesso() && (
          <Botao forma="secundario" ocupado={porChave.ocupado} onClick={() => porChave.enviar(undefined)}>
            {t('entrar.porChave')}
          </Botao>
        )}
        {provedores.map(({ id, nome }) => (
          <Botao
            key={id}
            forma="secundario"
            ocupado={porProvedor.ocupado}
            onClick={() => porProvedor.enviar(undefined, id)}
          >
            {t('entrar.porProvedor', { nome })}
          </Botao>
        ))}
      </div>
    </section>
  );
}
