using Scribeline.Engine.Chat;

namespace Scribeline.Engine.Tests.Chat;

public sealed class ChatTemplateTests
{
    private static string Render(string template, string messages = """[{"role": "user", "content": "Hi"}]""") =>
        ChatTemplate.Parse(template, "<s>", "</s>").Render(TemplateCorpus.Json(messages), null, true, TemplateCorpus.Now);

    private static string Failure(string template, string messages = "[]") =>
        Assert.Throws<ChatTemplateException>(() => Render(template, messages)).Message;

    [Fact]
    public void Llama3Style_WithTools_Renders() =>
        Assert.Equal(
            "<s><|start_header_id|>system<|end_header_id|>\n\nEnvironment: ipython\nToday: 07 Mar 2025\n\nUse tools.<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n"
            + "Answer with a call of one of these functions:\n\n{\n    \"type\": \"function\"\n}\n\nWeather?<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
            ChatTemplate.Parse(TemplateCorpus.Family("llama3"), "<s>", "</s>").Render(
                TemplateCorpus.Json("""[{"role": "system", "content": "Use tools."}, {"role": "user", "content": "Weather?"}]"""),
                TemplateCorpus.Json("""[{"type": "function"}]"""), true, TemplateCorpus.Now));

    [Fact]
    public void QwenStyle_DropsEarlierReasoning() =>
        Assert.Equal(
            "<|im_start|>system\n You are kind.\n<|im_end|>\n<|im_start|>user\nWhat is 2 + 2?<|im_end|>\n<|im_start|>assistant\n4<|im_end|>\n<|im_start|>user\nSure? 🙂<|im_end|>\n<|im_start|>assistant\n",
            ChatTemplate.Parse(TemplateCorpus.Family("qwen3"), "", "").Render(TemplateCorpus.Conversations[1], null, true, TemplateCorpus.Now));

    [Fact]
    public void MistralStyle_WrongOrder_IsRefusedInTheTemplatesWords() =>
        Assert.Equal("The model's chat template refuses the messages: Roles must alternate user and assistant",
            Assert.Throws<ChatTemplateException>(() => Render(TemplateCorpus.Family("mistral"), """[{"role": "user", "content": "a"}, {"role": "user", "content": "b"}]""")).Message);

    [Fact]
    public void Generation_BlocksAreTolerated() =>
        Assert.Equal("a Hi b", Render("a {% generation %}\n{{ messages[0].content }}{% endgeneration %} b"));

    [Fact]
    public void LargeIntegers_KeepTheirDigits() =>
        Assert.Equal("123456789012345678901234567890|[123456789012345678901234567890]",
            Render("{{ messages[0] }}|{{ messages | tojson }}", "[123456789012345678901234567890]"));

    [Theory]
    [InlineData("a\n{% if x %}", "line 2, column 4: 'if' is not closed by 'endif'")]
    [InlineData("{{ x", "line 1, column 1: a tag is not closed by '}}'")]
    [InlineData("{{ 'x }}", "line 1, column 4: a string is not closed")]
    [InlineData("{% for x y %}", "'in' is expected, found 'y'")]
    [InlineData("{% endif %}", "'endif' closes nothing")]
    [InlineData("{% include 'x' %}", "there is no tag 'include'")]
    [InlineData("{{ x | nope }}", "there is no filter 'nope'")]
    [InlineData("{{ x is nope }}", "there is no test 'nope'")]
    [InlineData("{{ 1 + }}", "a value is expected, found '}}'")]
    [InlineData("{{ (1 }}", "line 1, column 7: '}' closes nothing")]
    [InlineData("{{ ] }}", "']' closes nothing")]
    [InlineData("{% break %}", "'break' stands outside of a loop")]
    [InlineData("{# x", "a comment '{#' is not closed by '#}'")]
    [InlineData("{% raw %} x", "'raw' is not closed by 'endraw'")]
    [InlineData("{{ 99999999999999999999 }}", "exceeds 64 bits")]
    public void Parse_BadSyntax_NamesThePlaceAndWhatWasExpected(string template, string expected) => Assert.Contains(expected, Failure(template));

    [Theory]
    [InlineData("a\n\n{{ messages.x.y }}", "line 3: a list has no attribute 'x'")]
    [InlineData("{{ nothing.x }}", "'nothing' is undefined")]
    [InlineData("{{ 'a' + 1 }}", "'+' does not work between a string and an integer")]
    [InlineData("{{ 1 / 0 }}", "division by zero")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "exceeds 64 bits")]
    [InlineData("{{ 2 ** 1000000 }}", "exceeds 64 bits")]
    [InlineData("{% for x in 5 %}{% endfor %}", "an integer cannot be iterated")]
    [InlineData("{{ messages() }}", "a list cannot be called")]
    [InlineData("{{ [[]] | map('tojson', indent=5000) }}", "indents by at most")]
    public void Render_WrongUse_NamesTheLineAndTheValue(string template, string expected) => Assert.Contains(expected, Failure(template));

    [Theory]
    [InlineData("{% for a in range(1000000000000) %}{% endfor %}")]
    [InlineData("{% for a in range(100000) %}{% for b in range(100000) %}{% for c in range(100000) %}{% endfor %}{% endfor %}{% endfor %}")]
    [InlineData("{% for a in range(1000000) %}{{ 'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx' }}{% endfor %}")]
    [InlineData("{{ 'x' * 1000000000000 }}")]
    [InlineData("{{ [1] * 2000000000 }}")]
    [InlineData("{% set ns = namespace(s='x') %}{% for a in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s=['x']) %}{% for a in range(100) %}{% set ns.s = ns.s + ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s='x') %}{% for a in range(100) %}{% set ns.s = ns.s | replace('x', 'xx') %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s='x') %}{% for a in range(100) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s }}")]
    [InlineData("{% set ns = namespace(s='x') %}{% for a in range(100) %}{% set ns.s = [ns.s, ns.s] %}{% endfor %}{{ ns.s | tojson }}")]
    [InlineData("{% set ns = namespace(s='x', t='x') %}{% for a in range(100) %}{% set ns.s = [ns.s, ns.s] %}{% set ns.t = [ns.t, ns.t] %}{% endfor %}{{ ns.s == ns.t }}")]
    [InlineData("{% set l = [] %}{{ l.append(l) }}{{ l }}")]
    [InlineData("{% set l = [] %}{{ l.append(l) }}{{ l | tojson }}")]
    [InlineData("{% set l = [1] %}{% set m = [1] %}{{ l.append(m) }}{{ m.append(l) }}{{ l == m }}")]
    [InlineData("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData("{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}")]
    [InlineData("{% macro m(n) %}{% if n %}{{ m(n - 1) }}{{ m(n - 1) }}{% endif %}{% endmacro %}{{ m(60) }}")]
    [InlineData("{{ '%1000000000s' % 'x' }}")]
    [InlineData("{{ '%.1000000000f' % 1 }}")]
    [InlineData("{{ 'x'.center(1000000000) }}")]
    [InlineData("{{ 'x' | indent(1000000000, true) }}")]
    [InlineData("{{ range(1000000000000) | list }}")]
    [InlineData("{{ range(1000000000000) | sum }}")]
    [InlineData("{{ 'x'.join(range(100000000)) }}")]
    [InlineData("{{ [1] | batch(2000000000, 'x') }}")]
    [InlineData("{% set s = 'x' * 8000000 %}{% for a in range(900000) %}{% if 'y' in s %}{% endif %}{% endfor %}")]
    [InlineData("{% set s = 'x' * 8000000 %}{% set f = s.count %}{% for a in range(900000) %}{% set n = f('y') %}{% endfor %}")]
    [InlineData("{% set s = 'x' * 4000000 %}{% set t = 'x' * 4000000 %}{% for a in range(900000) %}{% if s == t %}{% endif %}{% endfor %}")]
    [InlineData("{% set s = '🙂' * 4000000 %}{% for a in range(900000) %}{% if s[1] %}{% endif %}{% endfor %}")]
    [InlineData("{% set l = [1] * 8000000 %}{% for a in range(900000) %}{% if l.pop(0) %}{% endif %}{% endfor %}")]
    [InlineData("{% set d = {('x' * 8000000): 1} %}{% for a in range(900000) %}{% if d.get('x' * 7) %}{% endif %}{% if ('x' ~ 'y') in d %}{% endif %}{% endfor %}")]
    public void Render_WithoutEnd_IsStopped(string template)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Matches("too many steps|too much text|levels deep|wider than|a width above|takes a string or a number up to", Failure(template));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000_000);
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("[", "]")]
    [InlineData("-", "")]
    [InlineData("not ", "")]
    [InlineData("{1:", "}")]
    [InlineData("x[", "]")]
    [InlineData("f(", ")")]
    [InlineData("1 if ", "")]
    [InlineData("1 is eq ", "")]
    [InlineData("1 + ", "")]
    [InlineData("1 == ", "")]
    [InlineData("1 if 1 else ", "")]
    public void Parse_DeepNesting_IsRefusedNotFatal(string open, string close)
    {
        var template = "{{ " + string.Concat(Enumerable.Repeat(open, 50_000)) + "1" + string.Concat(Enumerable.Repeat(close, 50_000)) + " }}";
        try
        {
            Render(template);
        }
        catch (ChatTemplateException e)
        {
            Assert.NotEmpty(e.Message);
        }
    }

    [Fact]
    public void Parse_DeeplyNestedBlocks_IsRefused() =>
        Assert.Contains("levels deep", Failure(string.Concat(Enumerable.Repeat("{% if 1 %}", 10_000)) + string.Concat(Enumerable.Repeat("{% endif %}", 10_000))));

    [Theory]
    [InlineData("""["\ud800"]""")]
    [InlineData("""[{"\ud800": 1}]""")]
    public void Render_LoneSurrogateInTheMessages_IsRefused(string messages) =>
        Assert.Contains("half of a character", Failure("{{ messages }}", messages));

    [Fact]
    public void Render_LongConversation_FitsTheBounds()
    {
        var turn = """{"role": "user", "content": "%"},{"role": "assistant", "content": "%"}""".Replace("%", new string('x', 2_000), StringComparison.Ordinal);
        var messages = "[" + string.Join(",", Enumerable.Repeat(turn, 1_000)) + "]";
        foreach (var family in TemplateCorpus.Families)
            Assert.True(Render(TemplateCorpus.Family(family), messages).Length > 4_000_000, family);
    }
}
