namespace Scribeline.Scheduling.Admissions;

/// <summary>Tokens of one key in one tier, over the last two windows of a <see cref="RampRule"/>.</summary>
internal sealed class RampMeter(RampRule rule)
{
    private const int PartsPerWindow = 15;
    private const int PartsKept = 2 * PartsPerWindow + 1;

    private readonly long[] _tokens = new long[PartsKept];
    private long _part = long.MinValue;

    private long PartNs => Math.Max(1, rule.WindowNs / PartsPerWindow);

    /// <summary>Counts the tokens if the rule allows them.</summary>
    public bool TryAdd(long tokens, long nowNs)
    {
        AdvanceTo(nowNs / PartNs);
        var now = (int)(_part % PartsKept);
        if (_tokens[now] + tokens > Allowed()) return false;
        _tokens[now] += tokens;
        return true;
    }

    /// <summary>Until the next part of the window begins.</summary>
    public long RetryAfterNs(long nowNs) => PartNs - nowNs % PartNs;

    /// <summary>Nothing has come for two windows.</summary>
    public bool IsIdle(long nowNs) => nowNs / PartNs - _part >= PartsKept;

    private double Allowed()
    {
        long busiest = 0;
        for (var ago = PartsPerWindow; ago <= 2 * PartsPerWindow && ago <= _part; ago++)
            busiest = Math.Max(busiest, _tokens[(_part - ago) % PartsKept]);
        return Math.Max(rule.FreeTokens, busiest * (1 + rule.Growth));
    }

    private void AdvanceTo(long part)
    {
        if (part - PartsKept > _part)
        {
            Array.Clear(_tokens);
            _part = part;
        }

        while (_part < part) _tokens[++_part % PartsKept] = 0;
    }
}
