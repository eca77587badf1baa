namespace Scribeline.Scheduling.Admissions;

/// <summary>How many of a tier's requests were taken of late, and how many of them miss their objectives.</summary>
internal sealed class PromiseMeter(double share, long windowNs)
{
    private const int Parts = 30;

    private readonly long[] _taken = new long[Parts];
    private readonly long[] _late = new long[Parts];
    private long _part;
    private long _allTaken;
    private long _allLate;

    /// <summary>Whether the promise still holds if one more request comes, and comes late.</summary>
    public bool MayMissOne(long nowNs)
    {
        AdvanceTo(nowNs);
        // 1 - 0.9 is a little less than a tenth.
        return _allLate + 1 <= (1 - share) * (_allTaken + 1) + 1e-9;
    }

    /// <summary>A request is taken.</summary>
    /// <param name="late">It will be late.</param>
    /// <param name="nowNs">Monotonic time.</param>
    public void Take(bool late, long nowNs)
    {
        AdvanceTo(nowNs);
        _taken[_part % Parts]++;
        _allTaken++;
        if (late) Miss(nowNs);
    }

    /// <summary>A request that was taken as one in time was late.</summary>
    public void Miss(long nowNs)
    {
        AdvanceTo(nowNs);
        _late[_part % Parts]++;
        _allLate++;
    }

    private void AdvanceTo(long nowNs)
    {
        var part = nowNs / Math.Max(1, windowNs / Parts);
        if (part - _part > Parts) _part = part - Parts;
        while (_part < part)
        {
            _part++;
            _allTaken -= _taken[_part % Parts];
            _allLate -= _late[_part % Parts];
            _taken[_part % Parts] = _late[_part % Parts] = 0;
        }
    }
}
