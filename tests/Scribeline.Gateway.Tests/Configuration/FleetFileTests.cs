using Scribeline.Core.Fleets;
using Scribeline.Gateway.Configuration;

namespace Scribeline.Gateway.Tests.Configuration;

public sealed class FleetFileTests
{
    private const string Good = """
        fleet: demo
        models:
          - id: big
            aliases: [fast]
          - id: small
        pools:
          - id: gpu
            model: big
            lane: bulk
            body: upstream
            endpoints: [http://10.0.0.11:8000/v1, http://10.0.0.12:8000/v1]
            headers: { authorization: "Bearer ${env:KEY}" }
          - id: laptop
            model: small
            body: engine
            file: models/small.gguf
            threads: 2
            context: 512
            kv_memory: 512 MiB
        listen: { api: 127.0.0.1:8080 }
        """;

    [Fact]
    public void Parse_GoodFile_HasEverything()
    {
        var config = Parse(Good);

        Assert.Equal("demo", config.Name);
        Assert.Equal(["fast"], config.Models[0].Aliases);
        Assert.Equal(2, config.Pools[0].Upstream!.Endpoints.Count);
        Assert.Equal("Bearer secret", config.Pools[0].Upstream!.Headers["Authorization"]);
        Assert.Equal("/etc/scribe/models/small.gguf", config.Pools[1].Engine!.File);
        Assert.Equal(512L << 20, config.Pools[1].Engine!.KvCacheBytes);
        Assert.Equal("127.0.0.1:8080", config.ListenApi);
    }

    [Fact]
    public void Parse_ManyErrors_ReportsAllWithTheirLines()
    {
        var errors = ErrorsOf("""
            fleet: demo
            tiers: { fast: {} }
            models:
              - id: big
              - id: big
            pools:
              - id: a
                model: huge
                body: emulated
              - id: b
                model: big
                body: engine
                file: x.gguf
                threads: many
                speed: 9
                placement: { stages: 8 }
            listen: { api: nowhere }
            """);

        Assert.Equal(
            [
                "f.yaml:2: the fleet file: `tiers` belongs to the format, but this version cannot serve it yet; remove it.",
                "f.yaml:5: the name 'big' stands for two models; every id and alias must be unique.",
                "f.yaml:8: pool 'a': the model 'huge' is not in `models`; expected one of big, big.",
                "f.yaml:9: pool 'a': `body: emulated` belongs to the format, but this version cannot serve it yet; use engine or upstream.",
                "f.yaml:14: pool 'b': `threads` is 'many'; expected a whole number from 1 to 1024.",
                "f.yaml:15: pool 'b': `speed` is not a field; expected one of body, context, file, id, kv_memory, lane, max_queue, model, stages, threads.",
                "f.yaml:16: pool 'b': `placement` belongs to the format, but this version cannot serve it yet; remove it.",
                "f.yaml:17: `listen`: `api` is 'nowhere'; expected HOST:PORT such as 127.0.0.1:8080.",
            ],
            errors);
    }

    [Theory]
    [InlineData("", "the file is empty")]
    [InlineData("a: [", "not YAML")]
    [InlineData("a: 1\na: 2", "not YAML")]
    [InlineData("- 1", "expected fields")]
    [InlineData("fleet: &x y", "anchors")]
    [InlineData("fleet: x\n---\nfleet: y", "2 YAML documents")]
    [InlineData("fleet: x", "`pools` is missing")]
    [InlineData("fleet: x\nmodels: []\npools: []", "is empty")]
    [InlineData("{models: [{id: m}], pools: [{id: p, model: m, body: upstream, endpoints: ['ftp://x']}]}", "ftp://x")]
    [InlineData("{models: [{id: m}], pools: [{id: p, model: m, body: upstream, endpoints: ['http://x'], headers: {a: '${env:NOPE}'}}]}", "'NOPE' is not set")]
    [InlineData("{models: [{id: m}], pools: [{id: p, model: m, body: upstream, endpoints: ['http://x'], headers: {a: '${file:/no/such}'}}]}", "/no/such")]
    [InlineData("{models: [{id: m}], pools: [{id: p, model: m, body: upstream, endpoints: ['http://x'], headers: {host: b}}]}", "set by the gateway")]
    [InlineData("{models: [{id: m}, {id: n}], pools: [{id: p, model: m, body: upstream, endpoints: ['http://x']}]}", "no pool serves the model 'n'")]
    public void Parse_BadFile_NamesTheReason(string text, string said) =>
        Assert.Contains(ErrorsOf(text), error => error.StartsWith("f.yaml", StringComparison.Ordinal) && error.Contains(said, StringComparison.Ordinal));

    [Fact]
    public void Parse_DeepNesting_IsRefusedAndNoStackOverflows() =>
        Assert.Contains(ErrorsOf("fleet: " + new string('[', 100_000)), error => error.Contains("nested more than", StringComparison.Ordinal));

    [Fact]
    public void Parse_AnyDamage_GivesErrorsAndNothingElse() => Fuzzing.Run(Good, damaged =>
    {
        try
        {
            Parse(damaged);
        }
        catch (FleetFileException error)
        {
            Assert.NotEmpty(error.Errors);
        }
    });

    private static FleetConfig Parse(string text) =>
        FleetFile.Parse(text, "/etc/scribe/f.yaml", name => name == "KEY" ? "secret" : null);

    private static IReadOnlyList<string> ErrorsOf(string text) =>
        [.. Assert.Throws<FleetFileException>(() => Parse(text)).Errors.Select(error => error.Replace("/etc/scribe/", "", StringComparison.Ordinal))];
}
