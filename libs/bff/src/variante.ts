import type { Type } from '@nestjs/common';

/** Other conditions for the same routes: `variante(SeriesController, ExigePapel('ADMIN'))`. */
export function variante(controller: Type<object>, ...condicoes: ClassDecorator[]): Type<object> {
  // Of the same name: documents and logs call it what it is.
  const { [controller.name]: Variante } = { [controller.name]: class extends controller {} } as Record<
    string,
    Type<object>
  >;
  if (!Variante) throw new TypeError('Um controlador precisa de um nome');
  for (const condicao of condicoes) condicao(Variante);
  return Variante;
}
