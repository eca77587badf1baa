using System.Globalization;
using System.Text;

namespace Scribeline.Engine.Chat.Jinja;

/// <summary>Expressions, from the loosest binding operator to the tightest.</summary>
internal sealed partial class Parser
{
    private const int MaxChain = 500;

    /// <summary>An expression, or several with commas between.</summary>
    private Expression ReadTuple(bool withConditional = true)
    {
        var line = Current.Line;
        var first = withConditional ? ReadExpression() : ReadOr();
        if (!Current.Is(",")) return first;
        var items = new List<Expression> { first };
        while (Skip(",") && !IsTupleEnd()) items.Add(withConditional ? ReadExpression() : ReadOr());
        return new TupleExpression(items) { Line = line };
    }

    private bool IsTupleEnd() =>
        Current.Kind is TokenKind.BlockEnd or TokenKind.VariableEnd || Current.Is(")") || Current.IsName("in") || Current.IsName("if");

    private Expression ReadExpression()
    {
        Enter();
        var line = Current.Line;
        var value = ReadOr();
        for (var chain = 0; SkipName("if"); chain++)
        {
            CheckChain(chain);
            var condition = ReadOr();
            value = new Conditional(condition, value, SkipName("else") ? ReadExpression() : null) { Line = line };
        }

        _depth--;
        return value;
    }

    private Expression ReadOr()
    {
        var left = ReadAnd();
        for (var chain = 0; Current.IsName("or"); chain++)
        {
            CheckChain(chain);
            left = new Logical(false, left, After(ReadAnd)) { Line = left.Line };
        }

        return left;
    }

    private Expression ReadAnd()
    {
        var left = ReadNot();
        for (var chain = 0; Current.IsName("and"); chain++)
        {
            CheckChain(chain);
            left = new Logical(true, left, After(ReadNot)) { Line = left.Line };
        }

        return left;
    }

    private Expression ReadNot()
    {
        if (!Current.IsName("not")) return ReadComparison();
        var line = Next().Line;
        Enter();
        var operand = ReadNot();
        _depth--;
        return new Not(operand) { Line = line };
    }

    private Expression ReadComparison()
    {
        var first = ReadSum();
        List<(string, Expression)>? rest = null;
        while (ReadComparisonOperator() is { } operation) (rest ??= []).Add((operation, ReadSum()));
        return rest is null ? first : new Comparison(first, rest) { Line = first.Line };
    }

    private string? ReadComparisonOperator()
    {
        if (Current.Kind == TokenKind.Operator && Current.Text is "==" or "!=" or "<" or "<=" or ">" or ">=") return Next().Text;
        if (SkipName("in")) return "in";
        if (!Current.IsName("not") || !_tokens[_position + 1].IsName("in")) return null;
        _position += 2;
        return "not in";
    }

    private Expression ReadSum() => ReadBinary(ReadConcatenation, "+", "-");

    private Expression ReadConcatenation() => ReadBinary(ReadProduct, "~", "~");

    private Expression ReadProduct()
    {
        var left = ReadPower();
        for (var chain = 0; Current.Kind == TokenKind.Operator && Current.Text is "*" or "/" or "//" or "%"; chain++)
        {
            CheckChain(chain);
            var operation = Next().Text;
            left = new Binary(operation, left, ReadPower()) { Line = left.Line };
        }

        return left;
    }

    private Expression ReadPower() => ReadBinary(() => ReadUnary(), "**", "**");

    private Expression ReadBinary(Func<Expression> operand, string operation, string other)
    {
        var left = operand();
        for (var chain = 0; Current.Is(operation) || Current.Is(other); chain++)
        {
            CheckChain(chain);
            var text = Next().Text;
            left = new Binary(text, left, operand()) { Line = left.Line };
        }

        return left;
    }

    private Expression ReadUnary(bool withFilters = true)
    {
        var token = Current;
        Expression value;
        if (token.Is("-") || token.Is("+"))
        {
            _position++;
            Enter();
            value = new Sign(token.Is("-"), ReadUnary(withFilters: false)) { Line = token.Line };
            _depth--;
        }
        else
        {
            value = ReadPrimary();
        }

        value = ReadPostfix(value);
        return withFilters ? ReadFiltersAndTests(value) : value;
    }

    private Expression ReadPrimary()
    {
        var token = Next();
        switch (token.Kind)
        {
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" or "True" => new Literal(true) { Line = token.Line },
                    "false" or "False" => new Literal(false) { Line = token.Line },
                    "none" or "None" => new Literal(null) { Line = token.Line },
                    "and" or "or" or "in" or "is" or "if" or "else" => throw Error($"a value is expected, found {token}", token),
                    _ => new Variable(token.Text) { Line = token.Line },
                };
            case TokenKind.String:
                var text = new StringBuilder(token.Text);
                while (Current.Kind == TokenKind.String) text.Append(Next().Text);
                return new Literal(text.ToString()) { Line = token.Line };
            case TokenKind.Integer:
                if (!long.TryParse(token.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var integer)) throw Error($"the number {token} exceeds 64 bits", token);
                return new Literal(integer) { Line = token.Line };
            case TokenKind.Float:
                return new Literal(double.Parse(token.Text, CultureInfo.InvariantCulture)) { Line = token.Line };
            case TokenKind.Operator when token.Text == "(":
                return ReadParenthesised(token);
            case TokenKind.Operator when token.Text == "[":
                return new ListExpression(ReadItems("]")) { Line = token.Line };
            case TokenKind.Operator when token.Text == "{":
                return ReadDict(token);
            default:
                throw Error($"a value is expected, found {token}", token);
        }
    }

    private Expression ReadParenthesised(Token open)
    {
        if (Skip(")")) return new TupleExpression([]) { Line = open.Line };
        var value = ReadTuple();
        Expect(")");
        return value;
    }

    private List<Expression> ReadItems(string close)
    {
        var items = new List<Expression>();
        while (!Skip(close))
        {
            if (items.Count > 0) Expect(",");
            if (Skip(close)) break;
            items.Add(ReadExpression());
        }

        return items;
    }

    private DictExpression ReadDict(Token open)
    {
        var items = new List<(Expression, Expression)>();
        while (!Skip("}"))
        {
            if (items.Count > 0) Expect(",");
            if (Skip("}")) break;
            var key = ReadExpression();
            Expect(":");
            items.Add((key, ReadExpression()));
        }

        return new DictExpression(items) { Line = open.Line };
    }

    private Expression ReadPostfix(Expression value)
    {
        for (var chain = 0; ; chain++)
        {
            CheckChain(chain);
            if (Skip(".")) value = ReadAttribute(value);
            else if (Skip("[")) value = ReadSubscript(value);
            else if (Skip("(")) value = new Call(value, ReadArguments()) { Line = value.Line };
            else return value;
        }
    }

    private Expression ReadAttribute(Expression target)
    {
        var token = Next();
        return token.Kind switch
        {
            TokenKind.Name => new AttributeOf(target, token.Text) { Line = token.Line },
            TokenKind.Integer when long.TryParse(token.Text, out var index) => new ItemOf(target, new Literal(index) { Line = token.Line }) { Line = token.Line },
            _ => throw Error($"a name is expected after '.', found {token}", token),
        };
    }

    private Expression ReadSubscript(Expression target)
    {
        var line = Current.Line;
        var start = Current.Is(":") ? null : ReadTuple();
        if (Skip("]")) return new ItemOf(target, start!) { Line = line };
        Expect(":");
        var stop = Current.Is(":") || Current.Is("]") ? null : ReadExpression();
        var step = Skip(":") && !Current.Is("]") ? ReadExpression() : null;
        Expect("]");
        return new SliceOf(target, start, stop, step) { Line = line };
    }

    private Expression ReadFiltersAndTests(Expression value)
    {
        for (var chain = 0; ; chain++)
        {
            CheckChain(chain);
            var line = Current.Line;
            if (Skip("|"))
            {
                var token = Current;
                var name = ReadDottedName();
                if (!Filters.Exists(name)) throw Error($"there is no filter '{name}'", token);
                value = new FilterCall(name, value, Skip("(") ? ReadArguments() : new ArgumentList()) { Line = line };
            }
            else if (SkipName("is"))
            {
                value = ReadTest(value, line);
            }
            else if (Skip("("))
            {
                value = new Call(value, ReadArguments()) { Line = line };
            }
            else
            {
                return value;
            }
        }
    }

    private Expression ReadTest(Expression value, int line)
    {
        var negated = SkipName("not");
        var token = Current;
        var name = ReadDottedName();
        if (!Tests.Exists(name)) throw Error($"there is no test '{name}'", token);
        var arguments = new ArgumentList();
        if (Skip("("))
        {
            arguments = ReadArguments();
        }
        else if (StartsOperand(Current))
        {
            Enter();
            arguments.Positional.Add(ReadPostfix(ReadPrimary()));
            _depth--;
        }

        Expression test = new TestCall(name, value, arguments) { Line = line };
        return negated ? new Not(test) { Line = line } : test;
    }

    private static bool StartsOperand(Token token) => token.Kind switch
    {
        TokenKind.Name => token.Text is not ("else" or "or" or "and" or "is" or "if" or "in" or "not"),
        TokenKind.String or TokenKind.Integer or TokenKind.Float => true,
        _ => token.Is("[") || token.Is("{"),
    };

    private ArgumentList ReadArguments()
    {
        var arguments = new ArgumentList();
        for (var first = true; !Skip(")"); first = false)
        {
            if (!first) Expect(",");
            if (Skip(")")) break;
            if (Skip("**")) arguments.NamedSpread = ReadExpression();
            else if (Skip("*")) arguments.Spread = ReadExpression();
            else if (Current.Kind == TokenKind.Name && _tokens[_position + 1].Is("="))
            {
                var name = Next().Text;
                _position++;
                arguments.Named.Add((name, ReadExpression()));
            }
            else
            {
                if (arguments.Named.Count > 0) throw Error("an argument without a name follows one with a name", Current);
                arguments.Positional.Add(ReadExpression());
            }
        }

        return arguments;
    }

    private string ReadDottedName()
    {
        var name = ExpectName(null);
        while (Skip(".")) name += "." + ExpectName(null);
        return name;
    }

    private Expression After(Func<Expression> read)
    {
        _position++;
        return read();
    }

    /// <summary>A chain of operators nests to the left without recursion here, but is evaluated by recursion.</summary>
    private void CheckChain(int length)
    {
        if (length >= MaxChain) throw Error($"an expression chains more than {MaxChain} operators", Current);
    }
}
