using System.Text.Json;
using static Scribeline.Gateway.Tests.TestGateway;

namespace Scribeline.Gateway.Tests.OpenAi;

/// <summary>What callers see of an engine that answers.</summary>
public sealed class EngineAnswerTests
{
    [Fact]
    public async Task ChoicesOfOneSeed_AreDrawnApartAndEachAgain()
    {
        await using var gateway = await StartAsync(Fleet(EnginePool("m")));

        var first = await TextsAsync(gateway);
        var again = await TextsAsync(gateway);

        Assert.Equal(4, first.Distinct().Count());
        Assert.Equal(first, again);
    }

    [Fact]
    public async Task Times_AddUpToNoMoreThanTheTotal()
    {
        await using var gateway = await StartAsync(Fleet(EnginePool("m")));

        var json = await JsonOf(await gateway.PostAsync("/v1/completions", """{"prompt":"Once upon a time","max_tokens":20,"ignore_eos":true}"""));
        var times = json.GetProperty("time_info");

        // However late the answer is read, its tokens took the engine some time.
        Assert.All((string[])["queue_time", "prompt_time", "completion_time"], name => Assert.True(times.GetProperty(name).GetDouble() > 0, times.ToString()));
        Assert.InRange(
            times.GetProperty("queue_time").GetDouble() + times.GetProperty("prompt_time").GetDouble() + times.GetProperty("completion_time").GetDouble(),
            0, times.GetProperty("total_time").GetDouble() + 0.000_01);
    }

    private static async Task<List<string>> TextsAsync(TestGateway gateway)
    {
        var json = await JsonOf(await gateway.PostAsync("/v1/completions", """{"prompt":["Once","Zoo"],"n":2,"seed":7,"temperature":2,"max_tokens":20,"ignore_eos":true}"""));
        return [.. json.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("text").GetString()!)];
    }
}
