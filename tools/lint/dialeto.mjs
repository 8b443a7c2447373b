/** The house's dialect (docs/estilo.md), as far as a linter can tell it. */
import { basename } from 'node:path';

const kebab = (name) =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1-$2')
    .toLowerCase();

/** `ReservasController` lives in reservas.controller.ts; a handler lives in the file of its command or query. */
const fileName = (name) => {
  const [, subject, role] = /^(.+?)(Controller|Consumer|Module)$/.exec(name) ?? [];
  return role ? `${kebab(subject)}.${role.toLowerCase()}` : kebab(name.replace(/Handler$/, ''));
};

const collections = /^(config|(?:errors|ports)(-[a-z]+)?|to-http)$/;

/** A file that exports classes is named after one of them. */
const arquivo = {
  meta: { type: 'suggestion', schema: [] },
  create(context) {
    const file = basename(context.filename).replace(/\.ts$/, '');
    const classes = [];
    return {
      'ExportNamedDeclaration > ClassDeclaration'(node) {
        if (node.id) classes.push(node);
      },
      'Program:exit'() {
        const [first] = classes;
        // Several use cases of one subject bear its name.
        const several = classes.filter(({ id }) => id.name.endsWith('Handler')).length > 1;
        if (!first || several || collections.test(file)) return;
        const names = classes.map(({ id }) => fileName(id.name));
        if (!names.includes(file))
          context.report({ node: first.id, message: `O arquivo se chama ${names[0]}.ts (docs/estilo.md)` });
      },
    };
  },
};

const forbiddenNames = [
  [/(Postgres|PostgreSql|Redis|Impl)$/, 'o adaptador começa pela técnica: PgReservaRepository, RedisLimitador'],
  [/^I[A-Z][a-z]/, 'sem prefixo I'],
  [/UseCase$/, 'o caso de uso é um infinitivo, e o tratador ele + Handler'],
  [/^Linha($|s$|[A-CE-Z]|D(?!e|a[A-Z]|o[A-Z]))/, 'a linha de uma consulta SQL é Row'],
  [
    /(cao|coes|vel|ida|ido|ente|encia|ada|ado|umo|uso|urta|onga)Error$/,
    'o erro do domínio tem o nome da regra, sem Error',
  ],
];

const constant =
  /^(COLUNAS?|CAMPOS?|TABELAS?|CONSULTAS?|SELECAO|INSERCAO|ATUALIZACAO|JUNCAO|FILTROS?|ORDEM|LINHAS?)(_|$)/;
const converter = /^para[A-Z]/;
/** The first word of a method is a Portuguese infinitive; `hear` and its like are none. */
const infinitive =
  /^(?!(?:clear|hear|bear|appear|render)(?![a-z]))([a-z]*(?:ar|ir|azer|izer|ecer|ever|eber|ender|erter|eter|over)|ler|ver|ter|obter|por|responder)(?![a-z])/;

const lowerFirst = (name) => name[0].toLowerCase() + name.slice(1);

/** Rival forms of names that are settled. */
const nomes = {
  meta: { type: 'suggestion', schema: [] },
  create(context) {
    const check = ({ id }) => {
      for (const [pattern, right] of forbiddenNames)
        if (id && pattern.test(id.name)) context.report({ node: id, message: `${id.name}: ${right} (docs/estilo.md)` });
    };
    return {
      ClassDeclaration(node) {
        check(node);
        const base = node.superClass?.name ?? '';
        if (node.id && /^(Command|Query)$/.test(base) && !infinitive.test(lowerFirst(node.id.name)))
          context.report({ node: node.id, message: `${node.id.name}: o caso de uso é um infinitivo (docs/estilo.md)` });
        if (node.id?.name.endsWith('Error') && node.superClass?.callee?.name === 'regra')
          context.report({
            node: node.id,
            message: `${node.id.name}: a regra quebrada não leva Error (docs/estilo.md)`,
          });
        if (node.id && base.endsWith('Repository') && node.id.name !== `Pg${base}`)
          context.report({ node: node.id, message: `O adaptador de ${base} é Pg${base} (docs/estilo.md)` });
      },
      'VariableDeclarator > Identifier.id, FunctionDeclaration > Identifier.id'(node) {
        const { init } = node.parent;
        if (constant.test(node.name) && (init?.type === 'TemplateLiteral' || typeof init?.value === 'string'))
          context.report({ node, message: `${node.name}: o texto SQL tem nome em inglês, COLUMNS (docs/estilo.md)` });
        if (converter.test(node.name))
          context.report({ node, message: `${node.name}: a conversão é toX (docs/estilo.md)` });
      },
      'TSAbstractMethodDefinition > Identifier.key'(node) {
        if (infinitive.test(node.name))
          context.report({ node, message: `${node.name}: o método de uma porta é inglês (docs/estilo.md)` });
      },
      'MethodDefinition:has(> Decorator[expression.callee.name="EventPattern"]) > Identifier.key'(node) {
        if (/^(on|handle)[A-Z]/.test(node.name))
          context.report({ node, message: `${node.name}: o consumidor diz a mensagem (docs/estilo.md)` });
      },
      TSInterfaceDeclaration: check,
      TSTypeAliasDeclaration: check,
    };
  },
};

const english =
  /(?<![$\p{L}])(the|of|is|are|and|with|when|that|which|does|its|from|by|through|without|into|says|refuses|refused)(?!\p{L})/iu;

/** What a spec is called is a sentence in Portuguese. */
const titulos = {
  meta: { type: 'suggestion', schema: [] },
  create(context) {
    return {
      'CallExpression > Literal.arguments:first-child, CallExpression > TemplateLiteral.arguments:first-child'(node) {
        const { callee } = node.parent;
        const called = callee.name ?? callee.callee?.object?.name ?? callee.tag?.object?.name;
        const text = node.value ?? node.quasis?.map(({ value }) => value.raw).join(' ');
        if (/^(describe|it|test)$/.test(called ?? '') && english.test(String(text)))
          context.report({ node, message: 'O nome de um teste é uma frase em português (docs/estilo.md)' });
      },
    };
  },
};

const dispatchers = /^(CommandBus|QueryBus|Logger)$/;
const message = /^(Command|Query)Handler$/;

/** Controllers and consumers translate and dispatch: they know buses, and no use case. */
const despacho = {
  meta: { type: 'suggestion', schema: [] },
  create(context) {
    return {
      'MethodDefinition[kind="constructor"] TSParameterProperty'({ parameter }) {
        const type = parameter.typeAnnotation?.typeAnnotation?.typeName?.name ?? '';
        if (!dispatchers.test(type))
          context.report({ node: parameter, message: 'Daqui só se despacha: CommandBus ou QueryBus (docs/estilo.md)' });
      },
    };
  },
};

/** What a message results in is said once, by itself: `extends Command<T>`; buses and handlers infer it. */
const resultado = {
  meta: { type: 'suggestion', schema: [] },
  create(context) {
    const bases = new Map();
    return {
      ClassDeclaration({ id, superClass }) {
        if (id && superClass) bases.set(id.name, superClass.name);
      },
      'ClassDeclaration > Decorator > CallExpression'(node) {
        const [, kind] = message.exec(node.callee.name ?? '') ?? [];
        if (!kind) return;
        const [handled] = node.arguments;
        if (bases.get(handled?.name) !== kind)
          context.report({
            node,
            message: `${handled?.name} estende ${kind}<resultado>, neste arquivo (docs/estilo.md)`,
          });
        const { implements: contracts } = node.parent.parent;
        if (!contracts.some(({ typeArguments }) => typeArguments?.params.length === 1))
          context.report({ node, message: `O tratador implementa I${kind}Handler<${handled?.name}> (docs/estilo.md)` });
      },
      'CallExpression[typeArguments] > MemberExpression[property.name="execute"]'(node) {
        if (/^(commands|queries)$/.test(node.object.property?.name ?? ''))
          context.report({ node, message: 'O resultado se infere da mensagem (docs/estilo.md)' });
      },
    };
  },
};

/** A command writes through repositories; only a query goes straight to SQL. */
const sql = {
  meta: { type: 'suggestion', schema: [] },
  create(context) {
    return {
      'ClassDeclaration:has(> Decorator > CallExpression[callee.name="CommandHandler"]) CallExpression > MemberExpression[property.name=/^(query|read|change)$/][object.property.name="database"]'(
        node,
      ) {
        context.report({ node, message: 'Um comando escreve por um repositório (docs/estilo.md)' });
      },
    };
  },
};

export default { rules: { arquivo, despacho, nomes, resultado, sql, titulos } };
