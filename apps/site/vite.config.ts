import { configurar } from '../kit/vite.ts';

export default configurar(
  import.meta.dirname,
  /@tanstack|apps\/kit|site\/src\/(api|sessao|adiados|ao-vivo|endereco|guardadas|instalacao|espacos|recursos|textos\/index|componentes\/cartao)/,
  'src/sw.ts',
);
