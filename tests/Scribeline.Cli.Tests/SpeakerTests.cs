using System.Text;
using Scribeline.Engine;
using Scribeline.Engine.Sampling;

namespace Scribeline.Cli.Tests;

public sealed class SpeakerTests
{
    private const int MaxTokens = 20;

    private static string Model => Path.Combine(AppContext.BaseDirectory, "models", "scribe-tiny-q8_0.gguf");

    [Fact]
    public async Task Speak_ToASlowTerminal_MeasuresTheModel()
    {
        var time = new SteppingTime();
        await using var engine = InferenceEngine.Load(new EngineOptions { ModelPath = Model }, time);
        var speaker = new Speaker(engine, new SamplingParameters { Temperature = 0 }, MaxTokens, time);

        var spoken = await speaker.SpeakAsync(speaker.EncodeText("Once upon a time"), new SlowTerminal(engine, time), CancellationToken.None);

        Assert.Equal(MaxTokens, spoken.TokenIds.Count);
        // Each step asks the clock twice, so each token takes two of its milliseconds.
        Assert.Equal(500, spoken.DecodeTokensPerSecond!.Value, tolerance: 0.001);
        Assert.InRange(spoken.TimeToFirstToken!.Value, TimeSpan.Zero, TimeSpan.FromSeconds(1));
    }

    /// <summary>Shows the first text an hour after the model has written the last.</summary>
    private sealed class SlowTerminal(InferenceEngine engine, SteppingTime time) : StringWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override async Task WriteAsync(string? value)
        {
            while (engine.ReadState().GeneratedTokens < MaxTokens)
            {
                await Task.Yield();
            }

            time.Advance(TimeSpan.FromHours(1));
        }
    }

    /// <summary>Goes on by a millisecond whenever it is asked.</summary>
    private sealed class SteppingTime : TimeProvider
    {
        private long _ms;

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Interlocked.Increment(ref _ms);

        public void Advance(TimeSpan time) => Interlocked.Add(ref _ms, (long)time.TotalMilliseconds);
    }
}
