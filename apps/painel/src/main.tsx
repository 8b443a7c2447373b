import '@plataforma/kit/tokens.css';
import './painel.css';
import { abrirPagina } from '@plataforma/kit';
import { RouterProvider } from '@tanstack/react-router';
import { roteador } from './rotas.js';
import { retomarSessao } from './sessao.js';
import { carregarTextos } from './textos/index.js';

retomarSessao();
await abrirPagina(carregarTextos, <RouterProvider router={roteador} />);
