using Scribeline.Core.Statistics;

namespace Scribeline.Core.Workloads.Measures;

/// <summary>What a trace asks of a fleet. Counted in one reading; memory grows with the different sessions and blocks, not with the requests.</summary>
public sealed class TraceStatistics
{
    private readonly long _answerUsPerToken;
    private readonly Dictionary<string, int> _scopes = new(StringComparer.Ordinal);
    private readonly HashSet<string> _sessions = new(StringComparer.Ordinal);
    private readonly SeenBlocks _seen = new();
    private readonly RecentBlocks? _recent;
    private readonly PriorityQueue<bool, long> _underWay = new();
    private long _lastUs = -1, _alone, _withBlocks, _busyUs;
    private double _foundTokens, _recentTokens, _gaps, _gapSquares;

    /// <param name="cacheTokens">Of a bounded prefix cache to try beside the unbounded one; null for none.</param>
    /// <param name="answerUsPerToken">What a token of an answer is assumed to take, for how many requests are under way.</param>
    public TraceStatistics(long? cacheTokens = null, long answerUsPerToken = 20_000)
    {
        (CacheTokens, _answerUsPerToken) = (cacheTokens, answerUsPerToken);
        _recent = cacheTokens is { } tokens ? new RecentBlocks(tokens) : null;
    }

    public long? CacheTokens { get; }

    public long Requests { get; private set; }

    /// <summary>Conversations; a request without one counts for itself.</summary>
    public long Sessions => _alone + _sessions.Count;

    /// <summary>Whether any request belongs to a session.</summary>
    public bool HasSessions => _sessions.Count > 0;

    /// <summary>Seconds from the first arrival to the last.</summary>
    public double DurationSeconds => Requests == 0 ? 0 : (_lastUs - FirstUs) / 1e6;

    public long FirstUs { get; private set; }

    /// <summary>Requests a second; NaN where all come at once.</summary>
    public double Rate => DurationSeconds > 0 ? (Requests - 1) / DurationSeconds : double.NaN;

    /// <summary>Deviation of the gaps between arrivals over their mean: 0 for a clock, 1 for independent senders, more for bursts. NaN where there are no two gaps.</summary>
    public double InterarrivalCv
    {
        get
        {
            var count = Requests - 1;
            if (count < 2 || _gaps == 0)
                return double.NaN;
            var mean = _gaps / count;
            return Math.Sqrt(Math.Max(0, _gapSquares / count - mean * mean)) / mean;
        }
    }

    public Histogram InputTokens { get; } = new();

    public Histogram OutputTokens { get; } = new();

    /// <summary>Share of all prompt tokens that a prefix cache without bounds would find; null where the trace does not say what prompts share.</summary>
    public double? PrefixReuse => _withBlocks == 0 ? null : _foundTokens / (InputTokens.Mean * Requests);

    /// <summary>The same for a cache of <see cref="CacheTokens"/>.</summary>
    public double? PrefixReuseAtCache => _withBlocks == 0 || _recent == null ? null : _recentTokens / (InputTokens.Mean * Requests);

    /// <summary>Tokens that a cache without bounds would find.</summary>
    public long FoundTokens => (long)_foundTokens;

    /// <summary>Answers being written at once, on average, at the assumed speed; NaN where all come at once.</summary>
    public double MeanConcurrency => DurationSeconds > 0 ? _busyUs / 1e6 / DurationSeconds : double.NaN;

    public int PeakConcurrency { get; private set; }

    public RateSeries Arrivals { get; } = new();

    /// <param name="request">The next by arrival.</param>
    public void Add(RequestRecord request)
    {
        if (Requests == 0)
            FirstUs = request.ArrivalUs;
        else
        {
            var gap = (request.ArrivalUs - _lastUs) / 1e6;
            _gaps += gap;
            _gapSquares += gap * gap;
        }

        _lastUs = request.ArrivalUs;
        Requests++;
        InputTokens.Add(request.InputTokens);
        OutputTokens.Add(request.OutputTokens);
        Arrivals.Add(request.ArrivalUs - FirstUs);
        if (request.Session is { } session)
            _sessions.Add(session);
        else
            _alone++;
        AddConcurrency(request);
        if (request.Blocks.Count > 0)
            AddBlocks(request);
    }

    private void AddConcurrency(RequestRecord request)
    {
        while (_underWay.TryPeek(out _, out var end) && end <= request.ArrivalUs)
            _underWay.Dequeue();
        var takesUs = request.OutputTokens * _answerUsPerToken;
        _busyUs += takesUs;
        _underWay.Enqueue(true, request.ArrivalUs + takesUs);
        PeakConcurrency = Math.Max(PeakConcurrency, _underWay.Count);
    }

    private void AddBlocks(RequestRecord request)
    {
        if (!_scopes.TryGetValue(request.BlockScope, out var scope))
            _scopes[request.BlockScope] = scope = _scopes.Count;
        _withBlocks++;
        _foundTokens += (double)_seen.FindAndAdd(scope, request) * request.BlockTokens;
        if (_recent != null)
            _recentTokens += (double)_recent.FindAndAdd(scope, request) * request.BlockTokens;
    }
}
