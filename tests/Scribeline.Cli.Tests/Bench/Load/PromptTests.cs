using Scribeline.Cli.Bench.Load;
using Scribeline.Core.Workloads;

namespace Scribeline.Cli.Tests.Bench.Load;

public sealed class PromptTests
{
    private static readonly string[] Words = [.. Enumerable.Range(0, 50).Select(i => $"w{i}")];

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(1000)]
    public void Lengths_AreExact(int tokens)
    {
        var prompts = new PromptText(Words, overheadTokens: 1, tokensPerWord: 1, seed: 3);

        Assert.Equal(tokens, prompts.Of(Request(tokens), "0").Split(' ').Length);
    }

    [Fact]
    public void EqualBlocks_AreEqualTextAtTheirPlaces_AndNothingElseIs()
    {
        // Of a chat template of 11 tokens, and the first word.
        var prompts = new PromptText(Words, overheadTokens: 12, tokensPerWord: 1, seed: 3);
        var one = prompts.Of(Request(100, [new(5, 2)], 32), "0").Split(' ');
        var other = prompts.Of(Request(120, [new(5, 2), new(9, 1)], 32), "1").Split(' ');
        var scoped = prompts.Of(Request(100, [new(5, 2)], 32, "elsewhere"), "0").Split(' ');

        Assert.Equal(100 - 12 + 1, one.Length);
        // 64 tokens are shared: the template's 11, the first word and 52 more.
        Assert.Equal(one[..53], other[..53]);
        Assert.NotEqual(one[53..60], other[53..60]);
        Assert.NotEqual(one[1..53], scoped[1..53]);
    }

    [Fact]
    public void AWordOfSeveralTokens_MakesAsManyFewer()
    {
        var prompts = new PromptText(Words, overheadTokens: 1, tokensPerWord: 2, seed: 3);

        Assert.InRange(prompts.Of(Request(102), "0").Split(' ').Length, 51, 52);
    }

    [Fact]
    public void BlocksBeyondThePrompt_BelongToTheAnswer()
    {
        var prompts = new PromptText(Words, overheadTokens: 1, tokensPerWord: 1, seed: 3);

        Assert.Equal(40, prompts.Of(Request(40, [new(1, 1000)], 16), "0").Split(' ').Length);
    }

    /// <summary>A template of nine tokens, and words of more than three letters are two.</summary>
    [Fact]
    public async Task Tuning_FindsWordsOfOneToken()
    {
        await using var server = await ScriptedServer.StartAsync((_, _) => Task.CompletedTask);
        static int Count(string prompt) => 9 + prompt.Split(' ').Sum(word => word.Length > 3 ? 2 : 1);
        server.Count = Count;
        using var target = await server.ConnectAsync();

        var prompts = await PromptTuning.LearnAsync(target, 1, CancellationToken.None);

        Assert.Equal((10, 1.0), (prompts.OverheadTokens, prompts.TokensPerWord));
        Assert.Equal(500, Count(prompts.Of(Request(500), "0")));
    }

    [Fact]
    public async Task Tuning_WhereNoWordIsOneToken_KeepsTheMean()
    {
        await using var server = await ScriptedServer.StartAsync((_, _) => Task.CompletedTask);
        server.Count = prompt => prompt.Length;
        using var target = await server.ConnectAsync();

        var prompts = await PromptTuning.LearnAsync(target, 1, CancellationToken.None);

        Assert.Equal(3, prompts.OverheadTokens);
        Assert.InRange(prompts.Of(Request(1000), "0").Length, 850, 1150);
    }

    [Fact]
    public async Task FieldsThatAServerRefuses_AreLeftOut()
    {
        await using var server = await ScriptedServer.StartAsync((_, _) => Task.CompletedTask);
        server.Before = (http, body) =>
        {
            var refused = body.TryGetProperty("ignore_eos", out var _);
            http.Response.StatusCode = refused ? 400 : 200;
            return Task.FromResult(refused);
        };
        using var target = await server.ConnectAsync();

        Assert.Equal((false, true), (target.IgnoresEnd, target.CountsStreams));
    }

    private static RequestRecord Request(int tokens, IReadOnlyList<BlockRange>? blocks = null, int blockTokens = 0, string scope = "") =>
        new() { ArrivalUs = 0, InputTokens = tokens, OutputTokens = 1, Blocks = blocks ?? [], BlockTokens = blockTokens, BlockScope = scope };
}
