import { useState } from 'react';
import { PAGINAS } from '@plataforma/contracts/paginas';
import {
  Aviso,
  Botao,
  Campo,
  CampoDeSenha,
  classeDeBotao,
  Falha,
  ResumoDeErros,
  useDoLink,
  useEnvio,
} from '@plataforma/kit';
import { Link } from '@tanstack/react-router';
import { api } from '../api.js';
import { useSessao } from '../sessao.js';
import { useTextos } from '../textos/index.js';
import estilo from './telas.module.css';

const MINIMO = 15;

/** Change it, or ask for the letter by which one chooses another. */
export function Senha() {
  const { estado } = useSessao();
  return estado === 'ABERTA' ? <Mudar /> : <Pedir />;
}

function Pedir() {
  const t = useTextos();
  const [email, setEmail] = useState('');
  const { ocupado, feito, campos, erro, enviar } = useEnvio(() =>
    api('POST /v1/usuarios/senha/pedido', { corpo: { email } }),
  );
  return (
    <div className={estilo['coluna']}>
      <h1>{t('senha.esqueceu')}</h1>
      <ResumoDeErros titulo={t('cadastro.erros')} erros={campos} />
      {erro !== undefined && <Falha erro={erro} />}
      {feito ? (
        <Aviso tom="certo" titulo={t('senha.cartaFoi')}>
          <p>{t('senha.cartaFoiDetalhe')}</p>
        </Aviso>
      ) : (
        <form className={estilo['pilha']} onSubmit={(evento) => enviar(evento)}>
          <p>{t('senha.esqueceuDetalhe')}</p>
          <Campo
            rotulo={t('entrar.email')}
            id="email"
            type="email"
            autoComplete="username"
            required
            erro={campos['email']}
            value={email}
            onChange={({ target }) => setEmail(target.value)}
          />
          <div>
            <Botao type="submit" ocupado={ocupado}>
              {t('senha.pedirCarta')}
            </Botao>
          </div>
        </form>
      )}
    </div>
  );
}

function Mudar() {
  const t = useTextos();
  const { usuario } = useSessao();
  const [senhaAtual, setSenhaAtual] = useState('');
  const [senhaNova, setSenhaNova] = useState('');
  const { ocupado, feito, campos, erro, enviar } = useEnvio(() =>
    api('POST /v1/usuarios/eu/senha', { corpo: { senhaAtual, senhaNova } }),
  );
  return (
    <div className={estilo['coluna']}>
      <h1>{t('senha.mudar')}</h1>
      <ResumoDeErros titulo={t('cadastro.erros')} erros={campos} />
      {erro !== undefined && <Falha erro={erro} />}
      {feito ? (
        <Aviso tom="certo" titulo={t('senha.mudou')}>
          <p>{t('senha.outrasSessoes')}</p>
        </Aviso>
      ) : (
        <form className={estilo['pilha']} onSubmit={(evento) => enviar(evento)}>
          <input type="hidden" autoComplete="username" value={usuario?.email ?? ''} readOnly />
          <CampoDeSenha
            rotulo={t('senha.atual')}
            id="senhaAtual"
            erro={campos['senhaAtual']}
            value={senhaAtual}
            mudar={setSenhaAtual}
          />
          <SenhaNova id="senhaNova" valor={senhaNova} mudar={setSenhaNova} erro={campos['senhaNova']} />
          <div>
            <Botao type="submit" ocupado={ocupado}>
              {t('senha.mudar')}
            </Botao>
          </div>
        </form>
      )}
    </div>
  );
}

function SenhaNova({
  id,
  valor,
  mudar,
  erro,
}: {
  id: string;
  valor: string;
  mudar: (senha: string) => void;
  erro: string | undefined;
}) {
  const t = useTextos();
  return (
    <Campo
      rotulo={t('senha.nova')}
      id={id}
      type="password"
      autoComplete="new-password"
      required
      minLength={MINIMO}
      dica={t('cadastro.senhaDica', { minimo: MINIMO })}
      erro={erro}
      value={valor}
      onChange={({ target }) => mudar(target.value)}
    />
  );
}

/** By the link of a letter; whoever has it logs in anew. */
export function Redefinir() {
  const t = useTextos();
  const token = useDoLink('token');
  const [senha, setSenha] = useState('');
  const { ocupado, feito, campos, erro, enviar } = useEnvio(() =>
    api('POST /v1/usuarios/senha/redefinicao', { corpo: { token: token ?? '', senha } }),
  );
  return (
    <div className={estilo['coluna']}>
      <h1>{t('senha.escolher')}</h1>
      <ResumoDeErros titulo={t('cadastro.erros')} erros={campos} />
      {erro !== undefined && <Falha erro={erro} />}
      {token === undefined || erro !== undefined ? (
        <p>
          {token === undefined && t('senha.semLink')} <Link to={PAGINAS.senha}>{t('senha.pedirOutra')}</Link>
        </p>
      ) : null}
      {feito && (
        <Aviso tom="certo" titulo={t('senha.mudou')}>
          <div>
            <Link to={PAGINAS.entrar} className={classeDeBotao()}>
              {t('entrar.titulo')}
            </Link>
          </div>
        </Aviso>
      )}
      {!feito && token !== undefined && (
        <form className={estilo['pilha']} onSubmit={(evento) => enviar(evento)}>
          <SenhaNova id="senha" valor={senha} mudar={setSenha} erro={campos['senha']} />
          <div>
            <Botao type="submit" ocupado={ocupado}>
              {t('senha.escolher')}
            </Botao>
          </div>
        </form>
      )}
    </div>
  );
}

/** By a press and not by opening it: programs open the links of letters before people do. */
export function Verificar() {
  const t = useTextos();
  const token = useDoLink('token');
  const { usuario } = useSessao();
  const verificar = useEnvio(() => api('POST /v1/usuarios/verificacao', { corpo: { token: token ?? '' } }));
  const outra = useEnvio(() => api('POST /v1/usuarios/verificacao/pedido', { corpo: { email: usuario?.email ?? '' } }));
  return (
    <div className={estilo['coluna']}>
      <h1>{t('verificar.titulo')}</h1>
      {verificar.erro !== undefined && <Falha erro={verificar.erro} />}
      {verificar.feito ? (
        <Aviso tom="certo" titulo={t('verificar.feito')}>
          <div>
            <Link to={PAGINAS.inicio} className={classeDeBotao()}>
              {t('naoEncontrada.voltar')}
            </Link>
          </div>
        </Aviso>
      ) : token === undefined ? (
        <p>{t('senha.semLink')}</p>
      ) : (
        <div>
          <Botao ocupado={verificar.ocupado} onClick={() => verificar.enviar(undefined)}>
            {t('verificar.confirmar')}
          </Botao>
        </div>
      )}
      {!verificar.feito && usuario && (
        <div className={estilo['pilha']}>
          <div>
            <Botao forma="secundario" ocupado={outra.ocupado} onClick={() => outra.enviar(undefined)}>
              {t('verificar.outra')}
            </Botao>
          </div>
          <p role="status">{outra.feito && t('senha.cartaFoi')}</p>
          {outra.erro !== undefined && <Falha erro={outra.erro} />}
        </div>
      )}
    </div>
  );
}
