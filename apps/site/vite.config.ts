import { configurar } from '../kit/vite.ts';

export default configurar(
  import.meta.dirname,
  /@tanstack|apps\/kit\/(?!src\/(chave-de-acesso|envio|uma-vez|componentes\/dialogo))|site\/src\/(api|sessao|adiados|ao-vivo|endereco|guardadas|instalacao|espacos|recursos|textos\/index|componentes\/cartao|casca|telas\/telas\.module)/,
  'src/sw.ts',
);
