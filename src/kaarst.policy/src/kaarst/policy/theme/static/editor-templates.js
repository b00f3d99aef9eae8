/* Plone's editing scripts draw dialogs, folder contents and recurrences with `_.template`, which
   compiles JavaScript from text and so needs 'unsafe-eval'. Our Content-Security-Policy does not allow
   that to anybody. This replaces `_.template` by one that reads the same templates and carries them
   out itself: a small part of JavaScript, without a way to reach constructors or the window.

   Upstream: https://github.com/plone/mockup/issues/1306. Not needed any more once mockup draws without
   `_.template`; tests/browser/test_editing.py finds out.

   It hangs in at the place made for it: a bundle of Patternslib's module federation, which gets the
   shared modules before the first pattern starts. */
(() => {
  "use strict";

  const DELIMITERS = /<%([-=]?)([\s\S]+?)%>/g;
  const TOKEN =
    /\s+|\/\/[^\n]*|\/\*[\s\S]*?\*\/|(\d+(?:\.\d+)?)|("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|([A-Za-z_$][\w$]*)|(=>|===|!==|==|!=|<=|>=|&&|\|\||\?\?|\?\.|\+\+|--|\+=|[-+*/%<>=!?:;,.(){}[\]])/y;
  const FORBIDDEN = new Set(["__proto__", "constructor", "prototype", "caller", "callee", "arguments"]);
  const CONSTANTS = { true: true, false: false, null: null, undefined: undefined };
  const BINARY = [
    ["??"],
    ["||"],
    ["&&"],
    ["===", "!==", "==", "!="],
    ["<", ">", "<=", ">=", "in"],
    ["+", "-"],
    ["*", "/", "%"],
  ];
  const ESCAPES = { n: "\n", t: "\t", r: "\r" };

  /* ---- reading ---------------------------------------------------------------------------- */

  function tokens(code, found) {
    TOKEN.lastIndex = 0;
    while (TOKEN.lastIndex < code.length) {
      const at = TOKEN.lastIndex;
      const match = TOKEN.exec(code);
      if (!match) {
        throw new SyntaxError(`template: ${code.slice(at, at + 20)}`);
      }
      const [, number, text, name, sign] = match;
      if (number) {
        found.push({ type: "value", value: Number(number) });
      } else if (text) {
        const inner = text.slice(1, -1);
        found.push({ type: "value", value: inner.replace(/\\(.)/gs, (_, c) => ESCAPES[c] ?? c) });
      } else if (name) {
        found.push({ type: "name", value: name });
      } else if (sign) {
        found.push({ type: "sign", value: sign });
      }
    }
  }

  /* Text and output become tokens of their own between the tokens of the code. */
  function read(source) {
    const found = [];
    let end = 0;
    for (const match of source.matchAll(DELIMITERS)) {
      if (match.index > end) {
        found.push({ type: "text", value: source.slice(end, match.index) });
      }
      if (match[1]) {
        const inner = [];
        tokens(match[2], inner);
        found.push({ type: "out", escape: match[1] === "-", tree: new Parser(inner).whole() });
      } else {
        tokens(match[2], found);
      }
      end = match.index + match[0].length;
    }
    if (end < source.length) {
      found.push({ type: "text", value: source.slice(end) });
    }
    return found;
  }

  class Parser {
    constructor(list) {
      this.list = list;
      this.at = 0;
    }
    peek(ahead = 0) {
      return this.list[this.at + ahead] || { type: "end" };
    }
    is(value, ahead = 0) {
      const token = this.peek(ahead);
      return (token.type === "sign" || token.type === "name") && token.value === value;
    }
    take(value) {
      const yes = this.is(value);
      this.at += yes ? 1 : 0;
      return yes;
    }
    need(value) {
      if (!this.take(value)) {
        throw new SyntaxError(`template: ${value} is missing before ${this.peek().value}`);
      }
    }
    name() {
      const token = this.peek();
      if (token.type !== "name") {
        throw new SyntaxError(`template: a name is missing before ${token.value}`);
      }
      this.at += 1;
      return token.value;
    }
    whole() {
      const tree = this.expression();
      this.take(";");
      if (this.peek().type !== "end") {
        throw new SyntaxError(`template: ${this.peek().value}`);
      }
      return tree;
    }
    statements(until) {
      const body = [];
      while (this.peek().type !== "end" && !(until && this.is(until))) {
        body.push(this.statement());
      }
      return body;
    }
    block() {
      this.need("{");
      const body = this.statements("}");
      this.need("}");
      return { kind: "block", body };
    }
    statement() {
      const token = this.peek();
      if (token.type === "text" || token.type === "out") {
        this.at += 1;
        return { kind: token.type, token };
      }
      if (this.take(";")) {
        return { kind: "block", body: [] };
      }
      if (this.is("{")) {
        return this.block();
      }
      if (this.take("if")) {
        this.need("(");
        const test = this.expression();
        this.need(")");
        const yes = this.statement();
        this.skipBlank();
        return { kind: "if", test, yes, no: this.take("else") ? this.statement() : null };
      }
      if (this.take("for")) {
        this.need("(");
        const first = this.is(";") ? null : this.declarationOrExpression();
        this.need(";");
        const test = this.is(";") ? null : this.expression();
        this.need(";");
        const next = this.is(")") ? null : this.expression();
        this.need(")");
        return { kind: "for", first, test, next, body: this.statement() };
      }
      if (this.take("return")) {
        const value = this.is(";") || this.is("}") ? null : this.expression();
        this.take(";");
        return { kind: "return", value };
      }
      const tree = this.declarationOrExpression();
      this.take(";");
      return tree;
    }
    /* White space between `}` and `else` is text to the reader and nothing to the template. */
    skipBlank() {
      let ahead = 0;
      while (this.peek(ahead).type === "text" && !this.peek(ahead).value.trim()) {
        ahead += 1;
      }
      if (ahead && this.is("else", ahead)) {
        this.at += ahead;
      }
    }
    declarationOrExpression() {
      if (!["var", "let", "const"].some((word) => this.take(word))) {
        return { kind: "expression", tree: this.expression() };
      }
      const parts = [];
      do {
        const name = this.name();
        parts.push({ name, tree: this.take("=") ? this.expression() : { kind: "value", value: undefined } });
      } while (this.take(","));
      return { kind: "declare", parts };
    }
    expression() {
      if (this.isArrow()) {
        return this.arrow();
      }
      const left = this.conditional();
      for (const sign of ["=", "+="]) {
        if (left.kind === "name" && this.take(sign)) {
          return { kind: "assign", name: left.name, sign, tree: this.expression() };
        }
      }
      return left;
    }
    isArrow() {
      if (this.peek().type === "name" && this.is("=>", 1)) {
        return true;
      }
      if (!this.is("(")) {
        return false;
      }
      let ahead = 1;
      while (this.peek(ahead).type === "name" || this.is(",", ahead)) {
        ahead += 1;
      }
      return this.is(")", ahead) && this.is("=>", ahead + 1);
    }
    arrow() {
      const names = this.is("(") ? this.parameters() : [this.name()];
      this.need("=>");
      const body = this.is("{") ? this.block() : { kind: "return", value: this.expression() };
      return { kind: "function", names, body };
    }
    parameters() {
      const names = [];
      this.need("(");
      while (!this.is(")")) {
        names.push(this.name());
        this.take(",");
      }
      this.need(")");
      return names;
    }
    conditional() {
      const test = this.binary(0);
      if (!this.take("?")) {
        return test;
      }
      const yes = this.expression();
      this.need(":");
      return { kind: "conditional", test, yes, no: this.expression() };
    }
    binary(level) {
      if (level === BINARY.length) {
        return this.unary();
      }
      let left = this.binary(level + 1);
      for (;;) {
        const sign = BINARY[level].find((candidate) => this.is(candidate));
        if (!sign) {
          return left;
        }
        this.at += 1;
        left = { kind: "binary", sign, left, right: this.binary(level + 1) };
      }
    }
    unary() {
      for (const sign of ["!", "-", "+", "typeof"]) {
        if (this.take(sign)) {
          return { kind: "unary", sign, tree: this.unary() };
        }
      }
      const tree = this.postfix(this.primary());
      for (const sign of ["++", "--"]) {
        if (tree.kind === "name" && this.take(sign)) {
          return { kind: "step", name: tree.name, by: sign === "++" ? 1 : -1 };
        }
      }
      return tree;
    }
    postfix(start) {
      let tree = start;
      for (;;) {
        const optional = this.take("?.");
        if (optional || this.take(".")) {
          tree = { kind: "member", of: tree, key: { kind: "value", value: this.name() }, optional };
        } else if (this.take("[")) {
          tree = { kind: "member", of: tree, key: this.expression(), optional: false };
          this.need("]");
        } else if (this.take("(")) {
          tree = { kind: "call", of: tree, list: this.items(")") };
        } else {
          return tree;
        }
      }
    }
    items(end) {
      const list = [];
      while (!this.is(end)) {
        list.push(this.expression());
        if (!this.take(",")) {
          break;
        }
      }
      this.need(end);
      return list;
    }
    primary() {
      const token = this.peek();
      if (token.type === "value") {
        this.at += 1;
        return { kind: "value", value: token.value };
      }
      if (this.take("(")) {
        const tree = this.expression();
        this.need(")");
        return tree;
      }
      if (this.take("[")) {
        return { kind: "array", list: this.items("]") };
      }
      if (this.take("{")) {
        return this.object();
      }
      if (this.take("function")) {
        if (this.peek().type === "name") {
          this.at += 1;
        }
        return { kind: "function", names: this.parameters(), body: this.block() };
      }
      return { kind: "name", name: this.name() };
    }
    object() {
      const parts = [];
      while (!this.is("}")) {
        const token = this.peek();
        this.at += 1;
        const tree = this.take(":") ? this.expression() : { kind: "name", name: token.value };
        parts.push({ key: token.value, tree });
        this.take(",");
      }
      this.need("}");
      return { kind: "object", parts };
    }
  }

  /* ---- carrying out ------------------------------------------------------------------------ */

  class Return {
    constructor(value) {
      this.value = value;
    }
  }

  class Scope {
    constructor(outer) {
      this.names = new Map();
      this.outer = outer;
    }
    get(name) {
      return this.names.has(name) ? this.names.get(name) : this.outer.get(name);
    }
    set(name, value) {
      if (this.names.has(name)) {
        this.names.set(name, value);
      } else {
        this.outer.set(name, value);
      }
      return value;
    }
  }

  /* The outermost scope: the data of the template, then the few globals it may use. */
  class DataScope extends Scope {
    constructor(data, globals) {
      super(null);
      this.data = data;
      this.globals = globals;
    }
    get(name) {
      if (this.names.has(name)) {
        return this.names.get(name);
      }
      if (name in this.data && !FORBIDDEN.has(name)) {
        return this.data[name];
      }
      if (Object.hasOwn(this.globals, name)) {
        return this.globals[name];
      }
      throw new ReferenceError(`template: ${name} is not defined`);
    }
    set(name, value) {
      this.names.set(name, value);
      return value;
    }
  }

  const OPERATORS = {
    "===": (a, b) => a === b,
    "!==": (a, b) => a !== b,
    "==": (a, b) => a == b,
    "!=": (a, b) => a != b,
    "<": (a, b) => a < b,
    ">": (a, b) => a > b,
    "<=": (a, b) => a <= b,
    ">=": (a, b) => a >= b,
    in: (a, b) => a in b,
    "+": (a, b) => a + b,
    "-": (a, b) => a - b,
    "*": (a, b) => a * b,
    "/": (a, b) => a / b,
    "%": (a, b) => a % b,
  };

  class Run {
    constructor(underscore) {
      this.escape = underscore.escape;
      this.out = "";
    }
    statements(body, scope) {
      for (const statement of body) {
        const result = this.statement(statement, scope);
        if (result instanceof Return) {
          return result;
        }
      }
      return undefined;
    }
    statement(node, scope) {
      switch (node.kind) {
        case "text":
          this.out += node.token.value;
          return undefined;
        case "out": {
          const value = this.value(node.token.tree, scope) ?? "";
          this.out += node.token.escape ? this.escape(value) : value;
          return undefined;
        }
        case "block":
          return this.statements(node.body, scope);
        case "if":
          if (this.value(node.test, scope)) {
            return this.statement(node.yes, scope);
          }
          return node.no ? this.statement(node.no, scope) : undefined;
        case "for":
          return this.loop(node, scope);
        case "return":
          return new Return(node.value ? this.value(node.value, scope) : undefined);
        case "declare":
          for (const part of node.parts) {
            scope.names.set(part.name, this.value(part.tree, scope));
          }
          return undefined;
        default:
          this.value(node.tree, scope);
          return undefined;
      }
    }
    loop(node, scope) {
      const inner = new Scope(scope);
      if (node.first) {
        this.statement(node.first, inner);
      }
      while (!node.test || this.value(node.test, inner)) {
        const result = this.statement(node.body, inner);
        if (result instanceof Return) {
          return result;
        }
        if (node.next) {
          this.value(node.next, inner);
        }
      }
      return undefined;
    }
    value(node, scope) {
      switch (node.kind) {
        case "value":
          return node.value;
        case "name":
          return Object.hasOwn(CONSTANTS, node.name) ? CONSTANTS[node.name] : scope.get(node.name);
        case "array":
          return node.list.map((item) => this.value(item, scope));
        case "object":
          return Object.fromEntries(node.parts.map((part) => [part.key, this.value(part.tree, scope)]));
        case "member":
          return this.member(node, scope)[1];
        case "call":
          return this.call(node, scope);
        case "function":
          return this.closure(node, scope);
        case "conditional":
          return this.value(this.value(node.test, scope) ? node.yes : node.no, scope);
        case "assign": {
          const value = this.value(node.tree, scope);
          return scope.set(node.name, node.sign === "=" ? value : scope.get(node.name) + value);
        }
        case "step": {
          const before = scope.get(node.name);
          scope.set(node.name, before + node.by);
          return before;
        }
        case "unary":
          return this.unary(node, scope);
        default:
          return this.binary(node, scope);
      }
    }
    unary(node, scope) {
      const value = this.value(node.tree, scope);
      return { "!": !value, "-": -value, "+": +value, typeof: typeof value }[node.sign];
    }
    binary(node, scope) {
      const left = this.value(node.left, scope);
      if (node.sign === "&&") {
        return left && this.value(node.right, scope);
      }
      if (node.sign === "||") {
        return left || this.value(node.right, scope);
      }
      if (node.sign === "??") {
        return left ?? this.value(node.right, scope);
      }
      return OPERATORS[node.sign](left, this.value(node.right, scope));
    }
    /* The object and its member. */
    member(node, scope) {
      const object = this.value(node.of, scope);
      if (node.optional && (object === null || object === undefined)) {
        return [object, undefined];
      }
      const key = this.value(node.key, scope);
      if (FORBIDDEN.has(String(key)) || object === window) {
        throw new TypeError(`template: ${String(key)} is not allowed`);
      }
      return [object, object[key]];
    }
    call(node, scope) {
      const [object, method] =
        node.of.kind === "member" ? this.member(node.of, scope) : [undefined, this.value(node.of, scope)];
      return method.apply(object, node.list.map((item) => this.value(item, scope)));
    }
    closure(node, scope) {
      return (...values) => {
        const inner = new Scope(scope);
        node.names.forEach((name, number) => inner.names.set(name, values[number]));
        return this.statement(node.body, inner)?.value;
      };
    }
  }

  function safeTemplate(underscore) {
    const globals = {
      _: underscore,
      Object: { keys: Object.keys, values: Object.values },
      Math,
      String,
      Number,
      /* What `window.name` is: the recurrence dialog asks for it without being given one. */
      name: "",
    };
    return function template(text) {
      const body = new Parser(read(String(text))).statements();
      const render = (data) => {
        const run = new Run(underscore);
        run.statements(body, new DataScope(data ?? {}, globals));
        return run.out;
      };
      render.source = "";
      return render;
    };
  }

  window.__patternslib_mf__kaarst_templates = {
    async init(shared) {
      for (const version of Object.values(shared.underscore ?? {})) {
        const underscore = (await version.get())();
        const module = underscore.default ?? underscore;
        module.template = safeTemplate(module);
      }
    },
    async get() {
      return () => ({});
    },
  };
})();
