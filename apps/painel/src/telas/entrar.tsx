import { useState } from 'react';
import type { DesafioHttp } from '@plataforma/contracts';
import {
  Botao,
  Campo,
  CampoDeSenha,
  comoProblema,
  desistiu,
  Falha,
  haChavesDeAcesso,
  provarPorChave,
  useEnvio,
  useUmaVez,
} from '@plataforma/kit';
import { useRouter, useSearch } from '@tanstack/react-router';
import { FormularioDeCodigo, type Codigo } from '../componentes/prova.js';
import estilo from '../componentes/painel.module.css';
import { abrirSessao, semSessao } from '../sessao.js';
import { useTextos } from '../textos/index.js';

/** By password, and a second factor where the account has one. */
export function Entrar() {
  const t = useTextos();
  const [desafio, setDesafio] = useState<DesafioHttp>();
  const [email, setEmail] = useState('');
  const [senha, setSenha] = useState('');
  const seguir = useSeguir();
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
      <PorChave />
      <p className={estilo['suave']}>{t('entrar.quem')}</p>
    </div>
  );
}

/** By a passkey, where the browser has them: it says who one is, and that one is there. */
function PorChave() {
  const t = useTextos();
  const seguir = useSeguir();
  const entrar = useEnvio(async () => {
    const { desafio, opcoes } = (await semSessao('POST /v1/navegador/sessoes/chave-de-acesso/opcoes')).body;
    const credencial = await provarPorChave(opcoes);
    abrirSessao(
      (await semSessao('POST /v1/navegador/sessoes/chave-de-acesso', { corpo: { desafio, credencial } })).body,
    );
  }, seguir);
  if (!haChavesDeAcesso()) return null;
  return (
    <>
      {entrar.falha !== undefined && !desistiu(entrar.falha) && <Falha erro={entrar.falha} />}
      <div>
        <Botao forma="secundario" ocupado={entrar.ocupado} onClick={() => entrar.enviar(undefined)}>
          {t('entrar.porChave')}
        </Botao>
      </div>
    </>
  );
}

/** Back to where one was going. */
function useSeguir(): () => void {
  const { volta } = useSearch({ strict: false });
  const { history } = useRouter();
  return () => history.replace(volta ?? '/');
}

function SegundoFator({ desafio, recomecar }: { desafio: DesafioHttp; recomecar: () => void }) {
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
