import { loadModule, parseSync, scanSync, type ScanToken } from 'libpg-query';
import { concurrentIndexOf, marksOf } from '../../libs/platform/src/migration-marks.ts';

// PostgreSQL's own parser, as WebAssembly: quotes, comments and casts mean here what they mean there.
await loadModule();

/** A node of the parse tree; what kind it is, is its only key where it stands in a list. */
type Node = Readonly<Record<string, unknown>>;

/** What is being judged: a migration, or what it has in store for later. */
interface Place {
  /** Tables and functions that the migration itself has made: nobody uses them yet. */
  readonly own: Set<string>;
  /** Constraints that it has added without looking at the rows. */
  readonly unvalidated: Set<string>;
  /** The body of a function: run when it is called, row by row, not by the migration. */
  readonly later: boolean;
}

const kinds = {
  DropOwnedStmt: 'DROP OWNED',
  DropdbStmt: 'DROP DATABASE',
  DropRoleStmt: 'DROP ROLE',
  DropTableSpaceStmt: 'DROP TABLESPACE',
  RenameStmt: 'RENAME: a versão anterior ainda usa o nome antigo',
  AlterObjectSchemaStmt: 'SET SCHEMA: a versão anterior ainda usa o nome antigo',
  TruncateStmt: 'TRUNCATE: apaga tudo o que a tabela tem',
  LockStmt: 'LOCK TABLE: prende a tabela até o fim da migração',
  ClusterStmt: 'CLUSTER: reescreve a tabela com ela presa',
} as const satisfies Record<string, string>;

/** Changes of a column or table that rewrite or read it all under a lock, or take away what the version before uses. */
const alterations: Readonly<Record<string, string>> = {
  AT_AlterColumnType: 'ALTER COLUMN TYPE: reescreve a tabela, e a versão anterior espera o tipo antigo',
  AT_SetNotNull: 'SET NOT NULL: lê a tabela inteira com ela presa, e a versão anterior ainda grava nulo',
  AT_SetExpression: 'SET EXPRESSION: reescreve a tabela com ela presa',
  AT_SetLogged: 'SET LOGGED: reescreve a tabela com ela presa',
  AT_SetUnLogged: 'SET UNLOGGED: reescreve a tabela com ela presa',
  AT_SetTableSpace: 'SET TABLESPACE: reescreve a tabela com ela presa',
  AT_SetAccessMethod: 'SET ACCESS METHOD: reescreve a tabela com ela presa',
  AT_EnableRowSecurity: 'ENABLE ROW LEVEL SECURITY: a versão anterior deixa de ver as linhas',
  AT_DetachPartition: 'DETACH PARTITION: tira linhas que a versão anterior ainda lê',
};

/** Defaults of the moment are worked out once for all rows; others once for each, and the table is rewritten. */
const steady = new Set(['now', 'transaction_timestamp', 'statement_timestamp', 'current_setting']);

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null;
const field = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((at, name) => (isNode(at) ? at[name] : undefined), value);
const list = (value: unknown): Node[] => (Array.isArray(value) ? (value as unknown[]).filter(isNode) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const nameOf = (names: unknown): string => text(field(list(names).at(-1), 'String', 'sval'));

/** Every node within, itself included, by its kind. */
function* nodes(value: unknown): Generator<[kind: string, Node]> {
  if (!isNode(value)) return;
  for (const [kind, inner] of Object.entries(value)) {
    if (/^[A-Z]/.test(kind) && isNode(inner)) yield [kind, inner];
    yield* nodes(inner);
  }
}
const has = (value: unknown, wanted: (kind: string, node: Node) => boolean): boolean =>
  [...nodes(value)].some(([kind, node]) => wanted(kind, node));

/**
 * What a migration must not do while the version before still runs, one sentence each with its line. With the mark of a
 * contraction only what PostgreSQL itself could not carry out is refused.
 */
export function refusals(sql: string): string[] {
  const marks = marksOf(sql);
  const place: Place = { own: new Set(), unvalidated: new Set(), later: false };
  const source = Buffer.from(sql);
  let statements: { line: number; statement: Node; source: string }[];
  try {
    statements = list(parseSync(sql).stmts).map(({ stmt, stmt_location: from = 0, stmt_len: length }) => {
      const start = Number(from);
      const own = source.subarray(start, length === undefined ? undefined : start + Number(length)).toString();
      const first = words(own)[0]?.start ?? 0;
      const line = source
        .subarray(0, start + first)
        .toString()
        .split('\n').length;
      return { line, statement: stmt as Node, source: own };
    });
  } catch (error) {
    return [`1: não é SQL: ${(error as Error).message}`];
  }
  const told = statements.flatMap(({ line, statement }) =>
    judge(statement, place).map((sentence) => `${line}: ${sentence}`),
  );
  const impossible = statements.flatMap(({ line, statement, source }) =>
    impossibleWith(statement, source, marks.outsideTransaction).map((sentence) => `${line}: ${sentence}`),
  );
  if (marks.outsideTransaction && statements.length !== 1)
    impossible.push('1: sem-transacao pede um comando só: o que falha no meio não se desfaz');
  if (marks.contraction === '') impossible.push('1: contracao sem motivo: diga por que nada mais usa o que sai');
  return marks.contraction ? impossible : [...impossible, ...told];
}

/** What fails when it is run, or cannot be repeated after it has failed half-way. */
function impossibleWith(statement: Node, source: string, outsideTransaction: boolean): string[] {
  const [kind = '', node = {}] = Object.entries(statement)[0] ?? [];
  const isNow = has(statement, (_, { concurrent }) => concurrent === true);
  if (kind === 'TransactionStmt') return ['a transação é de quem aplica a migração'];
  if (isNow && !outsideTransaction) return ['CONCURRENTLY só roda fora de transação: ponha -- sem-transacao no início'];
  if (!outsideTransaction) return [];
  if (kind === 'IndexStmt' && isNow)
    return concurrentIndexOf(source) === undefined
      ? ['precisa poder repetir-se: CREATE INDEX CONCURRENTLY IF NOT EXISTS nome ON …']
      : [];
  if (kind === 'DropStmt' && isNow && field(node, 'missing_ok') !== true)
    return ['precisa poder repetir-se: DROP INDEX CONCURRENTLY IF EXISTS'];
  if (kind === 'DoStmt' || (kind === 'DropStmt' && isNow)) return [];
  return ['sem-transacao é só para CREATE ou DROP INDEX CONCURRENTLY, e para um DO que confirma aos poucos (COMMIT)'];
}

/** One statement, and all that it has within. */
function judge(statement: unknown, place: Place): string[] {
  return [...nodes(statement)].flatMap(([kind, node]) => rule(kind, node as Node & Record<string, Node>, place));
}

function rule(kind: string, node: Node, place: Place): string[] {
  const table = text(field(node, 'relation', 'relname'));
  const isOwn = place.own.has(table);
  if (Object.hasOwn(kinds, kind)) return isOwn ? [] : [kinds[kind as keyof typeof kinds]];
  switch (kind) {
    case 'CreateStmt':
      if (node['if_not_exists'] !== true) place.own.add(table);
      return [];
    case 'IntoClause':
    case 'CreateTableAsStmt':
      place.own.add(text(field(node, 'into', 'rel', 'relname')));
      return [];
    case 'SelectStmt':
      place.own.add(text(field(node, 'intoClause', 'rel', 'relname')));
      return [];
    case 'CreateFunctionStmt':
      if (node['replace'] !== true) place.own.add(nameOf(node['funcname']));
      return body(node['options'], { ...place, later: true });
    case 'DoStmt':
      return body(node['args'], place);
    case 'DropStmt':
      return drop(node, place);
    case 'AlterTableStmt':
      return isOwn ? [] : list(node['cmds']).flatMap((command) => alteration(field(command, 'AlterTableCmd'), place));
    case 'IndexStmt':
      return isOwn || node['concurrent'] === true
        ? []
        : ['CREATE INDEX sem CONCURRENTLY: ninguém grava na tabela até ele terminar'];
    case 'ReindexStmt':
      return has(node['params'], (_, { defname }) => defname === 'concurrently') ? [] : ['REINDEX sem CONCURRENTLY'];
    case 'RefreshMatViewStmt':
      return node['concurrent'] === true ? [] : ['REFRESH MATERIALIZED VIEW sem CONCURRENTLY'];
    case 'UpdateStmt':
    case 'DeleteStmt':
    case 'MergeStmt':
      return isOwn || (place.later ? node['whereClause'] !== undefined || kind === 'MergeStmt' : isBounded(node))
        ? []
        : [
            `${kind.slice(0, -4).toUpperCase()} da tabela toda de uma vez: faça-o aos poucos (LIMIT), fora de transação`,
          ];
    case 'AlterEnumStmt':
      return node['oldVal'] === undefined ? [] : [kinds.RenameStmt];
    case 'AlterDomainStmt':
      return ['T', 'N', 'V'].includes(text(node['subtype'])) && field(node, 'def') !== undefined
        ? []
        : ['ALTER DOMAIN: muda o que todas as colunas do tipo aceitam'];
    case 'GrantStmt':
      return node['is_grant'] === true ||
        list(node['objects']).every((object) => place.own.has(text(field(object, 'RangeVar', 'relname'))))
        ? []
        : ['REVOKE: a versão anterior ainda usa o direito'];
    default:
      return [];
  }
}

function drop(node: Node, { own }: Place): string[] {
  const what = text(node['removeType']).slice('OBJECT_'.length).replaceAll('_', ' ');
  if (what === 'INDEX' && node['concurrent'] === true) return [];
  const gone = list(node['objects']).filter((object) => {
    const names = field(object, 'List', 'items') ?? field(object, 'ObjectWithArgs', 'objname');
    // Of a trigger or a policy its table comes first.
    return !list(names ?? field(object, 'TypeName', 'names')).some((name) =>
      own.has(text(field(name, 'String', 'sval'))),
    );
  });
  const remedy = what === 'INDEX' ? ' sem CONCURRENTLY' : '';
  return gone.length === 0 ? [] : [`DROP ${what}${remedy}: a versão anterior ainda o usa`];
}

function alteration(command: unknown, place: Place): string[] {
  const kind = text(field(command, 'subtype'));
  const name = text(field(command, 'name'));
  if (alterations[kind] !== undefined) return [alterations[kind]];
  switch (kind) {
    case 'AT_AddColumn':
      return newColumn(field(command, 'def', 'ColumnDef'));
    case 'AT_ColumnDefault':
      return field(command, 'def') === undefined ? ['DROP DEFAULT: a versão anterior ainda conta com ele'] : [];
    case 'AT_DropNotNull':
      return [];
    case 'AT_ValidateConstraint':
      return place.unvalidated.has(name)
        ? ['VALIDATE CONSTRAINT na migração que a cria: a tabela fica presa enquanto é lida; valide-a na seguinte']
        : [];
    case 'AT_AddConstraint':
      return newConstraint(field(command, 'def', 'Constraint'), place);
    default:
      return kind.startsWith('AT_Drop')
        ? [
            `${kind
              .slice('AT_'.length)
              .replaceAll(/(?<=[a-z])(?=[A-Z])/g, ' ')
              .toUpperCase()}: a versão anterior ainda usa o que sai`,
          ]
        : [];
  }
}

function newConstraint(constraint: unknown, { unvalidated }: Place): string[] {
  const kind = text(field(constraint, 'contype')).slice('CONSTR_'.length);
  if (kind === 'UNIQUE' || kind === 'PRIMARY')
    return field(constraint, 'indexname') === undefined
      ? [`ADD ${kind} sem USING INDEX: constrói o índice com a tabela presa`]
      : [];
  if (kind === 'EXCLUSION') return ['ADD EXCLUDE: constrói o índice com a tabela presa'];
  if (field(constraint, 'skip_validation') !== true)
    return [`ADD ${kind} sem NOT VALID: lê a tabela inteira com ela presa`];
  unvalidated.add(text(field(constraint, 'conname')));
  return [];
}

function newColumn(column: unknown): string[] {
  const constraints = list(field(column, 'constraints')).map((each) => field(each, 'Constraint'));
  const of = (kind: string): unknown => constraints.find((each) => field(each, 'contype') === `CONSTR_${kind}`);
  const given = field(of('DEFAULT'), 'raw_expr');
  const value = has({ given }, (_, { isnull }) => isnull === true) ? undefined : given;
  const rewrites =
    /^(small|big)?serial/.test(nameOf(field(column, 'typeName', 'names'))) ||
    of('IDENTITY') !== undefined ||
    field(of('GENERATED'), 'generated_kind') === 's' ||
    has(value, (kind, { funcname }) => kind === 'FuncCall' && !steady.has(nameOf(funcname)));
  return [
    ...(of('NOTNULL') !== undefined && value === undefined && !rewrites
      ? ['ADD COLUMN NOT NULL sem DEFAULT: a versão anterior não a preenche']
      : []),
    ...(rewrites ? ['ADD COLUMN com valor próprio de cada linha: reescreve a tabela com ela presa'] : []),
    ...(of('UNIQUE') !== undefined || of('PRIMARY') !== undefined
      ? ['ADD COLUMN UNIQUE: constrói o índice com a tabela presa']
      : []),
    ...(of('CHECK') !== undefined || (of('FOREIGN') !== undefined && value !== undefined)
      ? ['ADD COLUMN com CHECK ou REFERENCES: lê a tabela inteira com ela presa; ponha-o à parte, NOT VALID']
      : []),
  ];
}

/** Whether a change says itself how many rows it may touch: these by their id, or a LIMIT. */
function isBounded(node: Node): boolean {
  const limited = (value: unknown): boolean =>
    has(
      value,
      (kind, { limitCount }) =>
        kind === 'SelectStmt' && isNode(limitCount) && field(limitCount, 'A_Const', 'isnull') !== true,
    );
  const isConstant = (value: unknown): boolean =>
    field(value, 'A_Const') !== undefined ||
    (field(value, 'TypeCast') !== undefined && isConstant(field(value, 'TypeCast', 'arg')));
  const conjuncts = (value: unknown): unknown[] =>
    field(value, 'BoolExpr', 'boolop') === 'AND_EXPR'
      ? list(field(value, 'BoolExpr', 'args')).flatMap(conjuncts)
      : [value];
  const byId = (condition: unknown): boolean => {
    const comparison = field(condition, 'A_Expr');
    const right = field(comparison, 'rexpr');
    return (
      nameOf(field(comparison, 'name')) === '=' &&
      nameOf(field(comparison, 'lexpr', 'ColumnRef', 'fields')) === 'id' &&
      (isConstant(right) || list(field(right, 'List', 'items')).some(isConstant))
    );
  };
  const where = conjuncts(node['whereClause']);
  return (
    where.some(byId) ||
    where.some((condition) => field(condition, 'SubLink', 'subLinkType') !== 'EXISTS_SUBLINK' && limited(condition)) ||
    [node['fromClause'], node['usingClause'], node['withClause']].some(limited)
  );
}

/** The statements inside of DO or of a function. */
function body(options: unknown, place: Place): string[] {
  const option = (name: string): unknown =>
    field(
      list(options).find((each) => field(each, 'DefElem', 'defname') === name),
      'DefElem',
      'arg',
    );
  const source = text(field(option('as'), 'String', 'sval')) || nameOf(field(option('as'), 'List', 'items'));
  const language = text(field(option('language'), 'String', 'sval')) || 'plpgsql';
  if (language.toLowerCase() === 'sql') return judge(parsed(source), place);
  return language.toLowerCase() === 'plpgsql' ? embedded(source).flatMap((each) => executed(each, place)) : [];
}

const parsed = (sql: string): unknown => (sql.trim() === '' ? [] : parseSync(sql).stmts);
const words = (source: string): ScanToken[] =>
  scanSync(source).tokens.filter(({ tokenName }) => !/COMMENT$/.test(tokenName));

/** After what a statement of PL/pgSQL may begin, and with what one of SQL does. */
const openings = new Set([';', 'begin', 'then', 'else', 'loop', 'in', 'query', '>>']);
const verbs = new Set(
  'alter cluster create delete drop execute grant insert lock merge refresh reindex revoke truncate update with'.split(
    ' ',
  ),
);

/** The SQL statements of a body in PL/pgSQL, found by its words: its own parser wants to know every table's columns. */
function embedded(source: string): ScanToken[][] {
  const found: ScanToken[][] = [];
  let statement: ScanToken[] | undefined;
  let before = ';';
  for (const token of words(source)) {
    const word = token.text.toLowerCase();
    if (word === ';' || (word === 'loop' && statement)) statement = undefined;
    else if (statement) statement.push(token);
    else if (openings.has(before) && verbs.has(word)) found.push((statement = [token]));
    before = word;
  }
  return found;
}

function executed(statement: ScanToken[], place: Place): string[] {
  const source = statement.map((token) => token.text).join(' ');
  const [first, constant, next] = statement;
  try {
    if (first?.text.toLowerCase() !== 'execute') return judge(parsed(withoutInto(statement)), place);
    if (constant?.tokenName !== 'SCONST' || (next && !['into', 'using'].includes(next.text.toLowerCase())))
      return place.later ? [] : ['EXECUTE de um texto montado: não se sabe o que faz antes de rodar'];
    const [value] = [...nodes(parsed(`SELECT ${constant.text}`))].flatMap(
      ([, node]) => text(field(node, 'sval', 'sval')) || [],
    );
    return judge(parsed(value ?? ''), place);
  } catch {
    return place.later ? [] : [`não se entende o comando: ${source.slice(0, 60)}`];
  }
}

/** `… RETURNING a INTO b` is of PL/pgSQL alone. */
function withoutInto(statement: ScanToken[]): string {
  const returning = statement.findLastIndex((token) => token.text.toLowerCase() === 'returning');
  const into = statement.findIndex(
    (token, index) => returning >= 0 && index > returning && token.text.toLowerCase() === 'into',
  );
  return statement
    .slice(0, into < 0 ? undefined : into)
    .map((token) => token.text)
    .join(' ');
}
