import '@plataforma/kit/tokens.css';
import { abrirPagina, consultas } from '@plataforma/kit';
import { RouterProvider } from '@tanstack/react-router';
import { largarTudo } from './adiados.js';
import { semRastroDePagamento } from './endereco.js';
import { esquecerGuardadas } from './guardadas.js';
import { desinscrever, ligarServico } from './instalacao.js';
import { roteador } from './rotas.js';
import { quandoAcabar, retomarSessao } from './sessao.js';
import { carregarTextos } from './textos/index.js';

// What a payment provider adds to the address when it leads back is nobody's to read there.
const { pathname, search, hash } = location;
const consulta = semRastroDePagamento(search);
if (consulta !== search) history.replaceState(history.state, '', pathname + consulta + hash);
quandoAcabar(() => {
  largarTudo();
  esquecerGuardadas();
  // Asked of the browser alone: what it refuses nobody here can mend.
  void desinscrever().catch(() => undefined);
  consultas.clear();
  void roteador.invalidate();
});
retomarSessao();
await abrirPagina(carregarTextos, <RouterProvider router={roteador} />);
ligarServico();
