import { configurar } from '../kit/vite.ts';

export default configurar(
  import.meta.dirname,
  /@tanstack|apps\/kit|site\/src\/(api|sessao|espacos|recursos|textos\/index|componentes\/cartao)/,
  'src/sw.ts',
);
