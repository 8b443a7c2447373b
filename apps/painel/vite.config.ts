import { configurar } from '../kit/vite.ts';

export default configurar(
  import.meta.dirname,
  /@tanstack|apps\/kit|painel\/src\/(api|sessao|confirmacao|acesso|componentes|textos\/index)/,
);
