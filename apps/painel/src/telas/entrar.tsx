import { useState } from 'react';
import type { DesafioHttp } from '@plataforma/contracts';
import {
  Aviso,
  Botao,
  Campo,
  CampoDeSenha,
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
import { PAGINAS_DO_PAINEL } from '@plataforma/contracts/paginas';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { FormularioDeCodigo, type Codigo } from '../componentes/prova.js';
import estilo from '../componentes/painel.module.css';
import { abrirSessao, semSessao, talvezHajaSessao } from '../sessao.js';
import { useTextos } from '../textos/index.js';

/** By password, and a second factor where the account has one. */
export function Entrar() {
  const t = useTextos();
  const [desafio, setDesafio] = useState<DesafioHttp>();
  const [email, setEmail] = useState('');
  const [senha, setSenha] = useState('');
  const seguir = useSeguir();
  // Why a log-in by a provider did not come about.
  const deFora = useDoLink('erro');
  const entrar = useEnvio(
    async () => (await semSessao('POST /v1/navegador/sessoes', { corpo: { email, senha } })).body,
    (resposta) => {
      if ('desafio' in resposta) return setDesafio(resposta);
      abrirSessao(resposta);
      seguir();
    },
  );
  if (desafio) return <SegundoFator desafio={desafio} recomecar={() => setDesafio(undefined)} />;
  return (
    <div className={estilo['estreita']}>
      <h1>{t('titulos.entrar')}</h1>
      {entrar.erro && <Falha erro={entrar.erro} />}
      {deFora !== undefined && entrar.falha === undefined && (
        <Aviso tom="perigo" titulo={t('entrar.deFora')}>
          <p>{t('falha.codigo', { codigo: deFora })}</p>
        </Aviso>
      )}
      <form className={estilo['pilha']} onSubmit={entrar.enviar}>
        <Campo
          rotulo={t('entrar.email')}
          id="email"
          type="email"
          autoComplete="username"
          required
          erro={entrar.campos['email']}
          value={email}
          onChange={({ target }) => setEmail(target.value)}
        />
        <CampoDeSenha
          rotulo={t('entrar.senha')}
          id="senha"
          erro={entrar.campos['senha']}
          value={senha}
          mudar={setSenha}
        />
        <div>
          <Botao type="submit" ocupado={entrar.ocupado}>
            {t('titulos.entrar')}
          </Botao>
        </div>
      </form>
      <OutrosModos />
      <p className={estilo['suave']}>{t('entrar.quem')}</p>
    </div>
  );
}

/** Without a password: by a passkey of this device, or by somebody who vouches for one. */
function OutrosModos() {
  const t = useTextos();
  const seguir = useSeguir();
  const { data: provedores = [] } = useQuery({
    queryKey: ['provedores'],
    queryFn: async () => (await semSessao('GET /v1/provedores')).body.itens,
    staleTime: 300_000,
  });
  const porChave = useEnvio(async () => {
    const { desafio, opcoes } = (await semSessao('POST /v1/navegador/sessoes/chave-de-acesso/opcoes')).body;
    const credencial = await provarPorChave(opcoes);
    abrirSessao(
      (await semSessao('POST /v1/navegador/sessoes/chave-de-acesso', { corpo: { desafio, credencial } })).body,
    );
  }, seguir);
  const porProvedor = useEnvio(async (provedor: string) => {
    const { endereco } = (await semSessao('POST /v1/navegador/sessoes/externas', { corpo: { provedor } })).body;
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

/** Back to where one was going. */
function useSeguir(): () => void {
  const { volta } = useSearch({ strict: false });
  const { history } = useRouter();
  return () => history.replace(volta ?? '/');
}

function SegundoFator({
  desafio,
  recomecar,
}: {
  desafio: Pick<DesafioHttp, 'desafio' | 'fatores'>;
  recomecar: () => void;
}) {
  const t = useTextos();
  const seguir = useSeguir();
  const provar = useUmaVez({
    mutationFn: async (codigo: Codigo) =>
      (await semSessao('POST /v1/navegador/sessoes/segundo-fator', { corpo: { desafio: desafio.desafio, ...codigo } }))
        .body,
    onSuccess: (sessao) => {
      abrirSessao(sessao);
      seguir();
    },
  });
  const vencido = provar.error !== null && comoProblema(provar.error).code === 'auth.desafio-invalido';
  return (
    <div className={estilo['estreita']}>
      <h1>{t('prova.titulo')}</h1>
      {provar.error && <Falha erro={provar.error} {...(vencido && { deNovo: recomecar })} />}
      <FormularioDeCodigo
        deRecuperacao={!desafio.fatores.includes('TOTP')}
        ocupado={provar.isPending}
        provar={provar.mutate}
      />
    </div>
  );
}

/** A provider's log-in led here. */
export function EntrarPorSegundoFator() {
  const t = useTextos();
  const navegar = useNavigate();
  const desafio = useDesafioDoLink();
  const recomecar = (): void => void navegar({ to: PAGINAS_DO_PAINEL.entrar });
  if (desafio) return <SegundoFator {...{ desafio, recomecar }} />;
  return (
    <div className={estilo['estreita']}>
      <h1>{t('titulos.segundoFator')}</h1>
      <p>{t('entrar.semDesafio')}</p>
      <div>
        <Botao onClick={recomecar}>{t('titulos.entrar')}</Botao>
      </div>
    </div>
  );
}

/** Somebody whose address has an account already proves that it is theirs, and the provider is linked to it. */
export function Ligar() {
  const t = useTextos();
  const seguir = useSeguir();
  const [senha, setSenha] = useState('');
  const ligar = useEnvio(
    async () =>
      abrirSessao((await semSessao('POST /v1/navegador/sessoes/externas/ligacao', { corpo: { senha } })).body),
    seguir,
  );
  return (
    <div className={estilo['estreita']}>
      <h1>{t('ligar.titulo')}</h1>
      <p>{t('ligar.detalhe')}</p>
      {ligar.erro && <Falha erro={ligar.erro} />}
      <form className={estilo['pilha']} onSubmit={ligar.enviar}>
        <CampoDeSenha
          rotulo={t('entrar.senha')}
          id="senha"
          erro={ligar.campos['senha']}
          value={senha}
          mudar={setSenha}
        />
        <div>
          <Botao type="submit" ocupado={ligar.ocupado}>
            {t('ligar.ligar')}
          </Botao>
        </div>
      </form>
    </div>
  );
}
