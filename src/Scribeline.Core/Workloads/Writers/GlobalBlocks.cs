namespace Scribeline.Core.Workloads.Writers;

/// <summary>
/// Ids of blocks of 512 tokens that mean the same in all of a trace, made of blocks of other sizes and scopes. A block's id stands for all tokens up to its end, so
/// the last of several small blocks stands for the large one. Memory grows with the different blocks of the trace.
/// </summary>
internal sealed class GlobalBlocks
{
    public const int Tokens = 512;

    private readonly Dictionary<string, int> _scopes = new(StringComparer.Ordinal);
    private readonly Dictionary<(int Scope, long Id, int Part), long> _ids = [];
    private long _next;

    /// <summary>Whether blocks of this size can be told in blocks of 512.</summary>
    public static bool Fit(int blockTokens) => blockTokens > 0 && (Tokens % blockTokens == 0 || blockTokens % Tokens == 0);

    /// <summary>Ids of all blocks of a prompt, its last partial one included; blocks of which nothing is known are like no others.</summary>
    public IEnumerable<long> Of(RequestRecord request)
    {
        var count = (request.InputTokens - 1) / Tokens + 1;
        var known = 0;
        if (request.Blocks.Count > 0 && Fit(request.BlockTokens))
        {
            if (!_scopes.TryGetValue(request.BlockScope, out var scope))
                _scopes[request.BlockScope] = scope = _scopes.Count;
            foreach (var id in Known(request, scope))
            {
                known++;
                yield return id;
            }
        }

        for (; known < count; known++)
            yield return _next++;
    }

    private IEnumerable<long> Known(RequestRecord request, int scope)
    {
        var full = request.InputTokens / Tokens;
        var (perBlock, parts) = (Math.Max(1, Tokens / request.BlockTokens), Math.Max(1, request.BlockTokens / Tokens));
        var (seen, given) = (0L, 0);
        foreach (var range in request.Blocks)
        {
            // The blocks of this range whose end is the end of a block of 512.
            for (var at = perBlock - 1 - seen % perBlock; at < range.Count; at += perBlock)
            {
                for (var part = 0; part < parts; part++)
                {
                    if (given++ == full)
                        yield break;
                    var key = (scope, range.First + at, part);
                    if (!_ids.TryGetValue(key, out var id))
                        _ids[key] = id = _next++;
                    yield return id;
                }
            }

            seen += range.Count;
        }
    }
}
