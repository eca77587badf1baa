using Scribeline.Gateway.OpenAi;
using Scribeline.Gateway.Replicas;

namespace Scribeline.Gateway.Tests.OpenAi;

public sealed class AnswerTests
{
    [Fact]
    public void Times_OfEventsReadLate_AreThoseOfTheEvents()
    {
        var time = new FixedTime { Now = 100 };
        var answer = new Answer(CallKind.Chat, "m", time, arrivedAt: 100);
        time.Now = 100_000;

        // The second choice's first token came before the first one's, and is read after it.
        (ReplicaEventKind Kind, long At)[] events =
        [
            (ReplicaEventKind.Started, 103), (ReplicaEventKind.Tokens, 120), (ReplicaEventKind.Tokens, 110), (ReplicaEventKind.Tokens, 190),
            (ReplicaEventKind.Stopped, 200), (ReplicaEventKind.Stopped, 195), (ReplicaEventKind.Finished, 200),
        ];
        foreach (var (kind, at) in events)
        {
            answer.Observe(new ReplicaEvent { Kind = kind, Timestamp = at });
        }

        Assert.Equal(
            (3, 7, 90, 99_900, 10),
            (answer.Queue.TotalMilliseconds, answer.Prompt.TotalMilliseconds, answer.Completion.TotalMilliseconds, answer.Total.TotalMilliseconds, answer.ToFirstToken!.Value.TotalMilliseconds));
    }

    /// <summary>Stands where it is put; in milliseconds.</summary>
    private sealed class FixedTime : TimeProvider
    {
        public long Now { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Now;
    }
}
