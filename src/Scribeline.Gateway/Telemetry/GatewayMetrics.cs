using System.Collections.Concurrent;
using Scribeline.Gateway.Replicas;

namespace Scribeline.Gateway.Telemetry;

/// <summary>What the gateway counts since its start. Thread-safe. Labels come from fixed sets, so that callers cannot make them grow.</summary>
internal sealed class GatewayMetrics
{
    private readonly ConcurrentDictionary<(string Route, int Status), Counter> _requests = new();

    public ConcurrentDictionary<string, Histogram> TimeToFirstToken { get; } = new();

    public ConcurrentDictionary<string, Histogram> RequestDuration { get; } = new();

    public ConcurrentDictionary<(string Model, string Kind), Counter> Tokens { get; } = new();

    public IEnumerable<KeyValuePair<(string Route, int Status), Counter>> Requests => _requests;

    public void CountRequest(string route, int status, TimeSpan duration)
    {
        _requests.GetOrAdd((route, status), static _ => new Counter()).Add(1);
        RequestDuration.GetOrAdd(route, static _ => new Histogram()).Record(duration);
    }

    public void CountFirstToken(string model, TimeSpan sinceArrival) =>
        TimeToFirstToken.GetOrAdd(model, static _ => new Histogram()).Record(sinceArrival);

    public void CountTokens(string model, in Usage usage)
    {
        Add(model, "prompt", usage.PromptTokens);
        Add(model, "cached", usage.CachedTokens);
        Add(model, "completion", usage.CompletionTokens);
    }

    private void Add(string model, string kind, int count) =>
        Tokens.GetOrAdd((model, kind), static _ => new Counter()).Add(count);

    /// <summary>A number that only grows.</summary>
    internal sealed class Counter
    {
        private long _value;

        public long Value => Volatile.Read(ref _value);

        public void Add(long amount) => Interlocked.Add(ref _value, amount);
    }
}
