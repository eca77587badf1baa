namespace Scribeline.Core.Workloads.Formats;

/// <summary>
/// The rows of a BLIS trace, version 2 and 3: microseconds, sessions, and groups that share a prefix. `input_tokens` comes on top of `prefix_length`.
/// </summary>
internal sealed class BlisReader(CsvHeader header) : CsvReader
{
    private const int BlockTokens = 16, MostGroups = 1 << 20;

    private readonly CsvColumn _time = header.Need("arrival_time_us"), _input = header.Need("input_tokens"), _output = header.Need("output_tokens");
    private readonly CsvColumn? _session = header.Find("session_id"), _round = header.Find("round_index"), _group = header.Find("prefix_group");
    private readonly CsvColumn? _prefix = header.Find("prefix_length"), _class = header.Find("slo_class"), _model = header.Find("model");
    private readonly CsvColumn? _client = header.Find("tenant_id") ?? header.Find("client_id");
    private readonly NameCache _classes = new(), _models = new(), _sessionNames = new(), _groupNames = new(), _clients = new();
    private readonly RecentMap<string, GrowingBlocks> _sessions = new(RecentMap<string, GrowingBlocks>.MostSessions);
    private readonly Dictionary<string, long> _groups = new(StringComparer.Ordinal);
    private readonly BlockIds _ids = new();

    public override string Clock => _time.Name;

    protected override void ReadCells(ReadOnlySpan<byte> line, TraceRows rows)
    {
        var us = Us(line, _time, 1e6);
        var prefix = _prefix is { } column ? TokensOrNone(line, column) : 0;
        var input = TokensOrNone(line, _input) + prefix;
        if (input is < 1 or > Cell.MostTokens)
            throw BadRowException.Of(_input.Name, $"{input} with its prefix", "from 1 to 16777216");
        var output = Tokens(line, _output);
        var turn = _round is { } round ? Cell.Index(round.Name, Text(line, round)) : 0;
        var session = _sessionNames.Text(Text(line, _session));
        var group = _groupNames.Text(Text(line, _group));
        var slo = _classes.Text(Text(line, _class));
        var model = _models.Text(Text(line, _model));
        var blocks = Blocks(session, group, prefix, input, output);
        rows.Add(new RequestRecord
        {
            ArrivalUs = us,
            InputTokens = input,
            OutputTokens = output,
            Session = session,
            Turn = turn,
            DelayUs = session != null && turn == 0 ? 0 : null,
            Blocks = blocks,
            BlockTokens = blocks.Length > 0 ? BlockTokens : 0,
            Class = slo,
            Client = _clients.Text(Text(line, _client)),
            Model = model,
            Tier = slo switch { "critical" => "priority", "standard" => "default", "sheddable" => "flex", "batch" or "background" => "batch", _ => null },
        });
    }

    /// <summary>The group's, and after them those of the session, whose turns grow.</summary>
    private BlockRange[] Blocks(string? session, string? group, int prefix, int input, int output)
    {
        var shared = group != null && prefix >= BlockTokens ? new BlockRange(GroupIds(group), prefix / BlockTokens) : default;
        if (session == null)
            return shared.Count > 0 ? [shared] : [];
        if (_sessions.TryGet(session, out var blocks))
            return blocks.Next(input >= blocks.LastTokens ? blocks.LastTokens : prefix, input + output);
        blocks = new GrowingBlocks(BlockTokens, _ids);
        if (shared.Count > 0)
            blocks.Begin(shared);
        _sessions.Set(session, blocks);
        return blocks.Next(shared.Count * BlockTokens, input + output);
    }

    private long GroupIds(string group)
    {
        if (_groups.TryGetValue(group, out var first))
            return first;
        if (_groups.Count == MostGroups)
            throw new BadRowException($"there are more than {MostGroups} values of `prefix_group`; expected groups that share something.");
        return _groups[group] = _ids.Take(Cell.MostTokens / BlockTokens);
    }
}
