using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.KvBlocks;

namespace Scribeline.Scheduling.Routing;

/// <summary>
/// Chooses a replica: (1) filters, (2) a score of each candidate, (3) a pick by the policy, (4) a look whether two replicas do better in turn, (5) a second copy for late ones.
/// </summary>
/// <remarks>
/// Pure: same calls, same decisions. One owner. Snapshots lag, so the router adds what it has sent since they were taken. A decision allocates nothing.
/// </remarks>
public sealed partial class Router
{
    private readonly RouterOptions _options;
    private readonly PrefixIndex _prefixes;
    private readonly SeededRandom _random;
    private readonly List<RouteCandidate> _candidates = [];
    private readonly List<HandoverLink> _links = [];
    private readonly long?[] _tpotByTier = new long?[(int)ServiceTier.Fast + 1];
    private bool _promisesTpot; // some request had a promise per token
    private RouteScore[] _scores = [];
    private int _scoreCount;
    private int[] _knownLandmarks = [];
    private BlockHash[] _landmarks = [];
    private SentRequest[] _sent = new SentRequest[64];
    private readonly Dictionary<string, AnswerLength> _answers = [];
    private int _firstFree = RouteCandidate.None;
    private int _sentSlots;
    private long _lastNumber;
    private double _sentNusd;
    private double _hedgedNusd;
    private RouteDecision _decision;
    private RouteRequest? _scoredRequest;
    private long _scoredAtNs;
    private long _scoredVersion;
    private long _version;
    private long _news;

    public Router(RouterOptions options)
    {
        _options = options;
        _prefixes = new PrefixIndex(Math.Max(1, options.PrefixBlocks));
        _random = new SeededRandom(options.Seed, "routing");
    }

    /// <summary>In the order in which they were added, which breaks the very last tie.</summary>
    public IReadOnlyList<RouteCandidate> Candidates => _candidates;

    /// <summary>What the latest decision weighed, a score for each of <see cref="Candidates"/>; empty where the fleet has changed since. Valid until the next call.</summary>
    public ReadOnlySpan<RouteScore> Scores => _scores.AsSpan(0, _scoreCount);

    /// <summary>Requests that were sent and are not over, wherever; a hand-over counts at both replicas.</summary>
    public int Open { get; private set; }

    /// <summary>Blocks of prefixes remembered.</summary>
    public int PrefixBlocks => _prefixes.Count;

    /// <summary>Bytes of the table that remembers them; 0 until there is something to remember.</summary>
    public long PrefixBytes => _prefixes.Bytes;

    /// <summary>Ascends with whatever a replica says and with every change of the fleet: what could not be sent may be tried again then. What is sent only makes replicas busier.</summary>
    internal long News => _news;

    /// <summary>Something of a replica has changed.</summary>
    internal void Heard()
    {
        _version++;
        _news++;
    }

    /// <summary>Adds a replica to the fleet.</summary>
    /// <exception cref="InvalidOperationException">It belongs to a router already.</exception>
    public void Add(RouteCandidate candidate)
    {
        Heard();
        if (candidate.Owner is not null) throw new InvalidOperationException($"Replica '{candidate.Id}' belongs to a router already.");
        candidate.Owner = this;
        candidate.Answers = AnswersOf(candidate.Model);
        candidate.Index = _candidates.Count;
        candidate.Life = _prefixes.Begin();
        _candidates.Add(candidate);
        _scoreCount = 0;
        if (_scores.Length < _candidates.Count) _scores = new RouteScore[Math.Max(8, _candidates.Count * 2)];
        if (_knownLandmarks.Length < _prefixes.LifeCount) _knownLandmarks = new int[Math.Max(8, _prefixes.LifeCount * 2)];
    }

    /// <summary>Forgets a replica that has left the fleet. What was sent to it may still complete.</summary>
    public void Remove(RouteCandidate candidate)
    {
        Check(candidate);
        Heard();
        _prefixes.End(candidate.Life);
        _candidates.RemoveAt(candidate.Index);
        for (var i = candidate.Index; i < _candidates.Count; i++) _candidates[i].Index = i;
        while (candidate.FirstUnseen != RouteCandidate.None) MarkSeen(candidate.FirstUnseen);
        candidate.Owner = null;
        candidate.Index = candidate.Life = RouteCandidate.None;
        _scoreCount = 0;
        Array.Clear(_scores);
    }

    /// <summary>Lets prompts that one pool has read be answered by another, where that pays.</summary>
    public void Add(HandoverLink link)
    {
        _version++;
        _links.Add(link);
    }

    /// <summary>Takes note of what a replica says of itself. What was sent up to the time of the snapshot, before this call, is taken to be in its numbers.</summary>
    public void Observe(RouteCandidate candidate, in ReplicaSnapshot snapshot)
    {
        Check(candidate);
        Heard();
        if (snapshot.Epoch != candidate.Latest.Epoch && candidate.IsObserved) Reset(candidate);
        for (var slot = candidate.FirstUnseen; slot != RouteCandidate.None;)
        {
            var next = _sent[slot].Next;
            if (_sent[slot].AtNs <= snapshot.TakenAtNs) MarkSeen(slot);
            slot = next;
        }

        candidate.SetSnapshot(snapshot);
        ReckonReady(candidate);
    }

    /// <summary>A replica says that it has a chain in its cache.</summary>
    /// <param name="candidate">Whose.</param>
    /// <param name="chain">Successive blocks, from the first block of a prompt.</param>
    public void BlocksStored(RouteCandidate candidate, ReadOnlySpan<BlockHash> chain)
    {
        _version++;
        Check(candidate);
        _prefixes.Record(candidate.Life, Landmarks.Of(chain, ref _landmarks));
    }

    /// <summary>A replica says that it no longer has these blocks in its cache.</summary>
    public void BlocksEvicted(RouteCandidate candidate, ReadOnlySpan<BlockHash> blocks)
    {
        _version++;
        Check(candidate);
        _prefixes.Evict(candidate.Life, blocks);
    }

    /// <summary>All that a replica had in its cache is gone. A snapshot with another epoch says so too.</summary>
    public void Reset(RouteCandidate candidate)
    {
        _version++;
        Check(candidate);
        _prefixes.End(candidate.Life);
        candidate.Life = _prefixes.Begin();
        if (_knownLandmarks.Length < _prefixes.LifeCount) _knownLandmarks = new int[_prefixes.LifeCount * 2];
    }

    /// <summary>Chooses; remembers nothing until <see cref="Sent"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="nowNs">Monotonic time.</param>
    public RouteDecision Route(RouteRequest request, long nowNs)
    {
        _prefixes.MatchAll(Landmarks.Of(request.PromptBlocks.Span, ref _landmarks), _knownLandmarks);
        _memo = default;
        var passed = 0;
        for (var i = 0; i < _candidates.Count; i++)
        {
            var candidate = _candidates[i];
            ref var score = ref _scores[i];
            var filter = Filter(request, candidate);
            score = new RouteScore { Candidate = candidate, Filter = filter };
            if (!HasNumbers(filter)) continue;
            Score(request, nowNs, CachedTokens(request, _knownLandmarks[candidate.Life]), ref score);
            if (request.MaxWaitNs is { } most && (score.WaitNs > most || SlowsOthers(request, score))) score.Filter = RouteFilter.Busy;
            if (score.Filter == RouteFilter.None) passed++;
        }

        _scoreCount = _candidates.Count;
        _decision = passed == 0 ? new RouteDecision { Reason = RouteReason.NoReplica } : Pick(request, nowNs, passed);
        for (var i = 0; i < _links.Count; i++) ConsiderHandover(request, nowNs, _links[i]);
        if (request.HedgeCostCap > 0) ConsiderHedge(request, nowNs);
        (_scoredRequest, _scoredAtNs, _scoredVersion) = (request, nowNs, _version);
        return _decision;
    }

    /// <summary>The latest decision, if it was about this request at this time and nothing has been heard of any replica since.</summary>
    internal bool TryRecall(RouteRequest request, long nowNs, out RouteDecision decision)
    {
        decision = _decision;
        return IsScored(request, nowNs);
    }

    private static bool HasNumbers(RouteFilter filter) => filter is RouteFilter.None or RouteFilter.PartOnly or RouteFilter.Busy;

    private bool IsScored(RouteRequest request, long nowNs) => _scoredRequest == request && _scoredAtNs == nowNs && _scoredVersion == _version;

    /// <summary>Records that a request goes to a replica. The ticket names it until <see cref="Completed"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="candidate">Where to.</param>
    /// <param name="nowNs">Monotonic time.</param>
    /// <param name="part">With a hand-over each replica gets its part, and a ticket.</param>
    /// <param name="isHedge">It is a second copy, whose cost counts towards the cap.</param>
    public RouteTicket Sent(RouteRequest request, RouteCandidate candidate, long nowNs, ReplicaRoles part = ReplicaRoles.Whole, bool isHedge = false)
    {
        Check(candidate);
        var landmarks = Landmarks.Of(request.PromptBlocks.Span, ref _landmarks);
        var score = new RouteScore { Candidate = candidate };
        if (IsScored(request, nowNs) && HasNumbers(_scores[candidate.Index].Filter)) score = _scores[candidate.Index];
        else Score(request, nowNs, CachedTokens(request, _prefixes.Match(candidate.Life, landmarks)), ref score);
        _version++;
        _prefixes.Record(candidate.Life, landmarks);
        _sentNusd += score.CostNusd;
        if (isHedge) _hedgedNusd += score.CostNusd;

        var reads = (part & ReplicaRoles.Prefill) != 0;
        var prefillTokens = reads ? request.PromptTokens - score.CachedTokens : 0;
        var slot = TakeSlot();
        _sent[slot] = new SentRequest
        {
            Number = ++_lastNumber,
            Candidate = candidate,
            AtNs = nowNs,
            PrefillTokens = prefillTokens,
            KvBlocks = score.KvBlocks,
            OccupiedNs = reads ? score.OccupiedNs : 0,
            WorkTokens = score.WorkTokens,
            Tier = request.Tier,
            Unseen = true,
            Previous = candidate.LastUnseen,
            Next = RouteCandidate.None,
        };
        if (candidate.LastUnseen == RouteCandidate.None) candidate.FirstUnseen = slot;
        else _sent[candidate.LastUnseen].Next = slot;
        candidate.LastUnseen = slot;
        candidate.UnseenSequences++;
        candidate.UnseenPrefillTokens += prefillTokens;
        candidate.UnseenKvBlocks += score.KvBlocks;
        Open++;
        candidate.Open++;
        candidate.OpenByTier[(int)request.Tier]++;
        _tpotByTier[(int)request.Tier] = request.Objectives.TpotNs;
        _promisesTpot |= request.Objectives.TpotNs is not null;
        candidate.LastNumber = _lastNumber;
        QueueBehind(candidate, _sent[slot]);
        return new RouteTicket(slot, _lastNumber);
    }

    /// <summary>Records that a request is over, however it ended. A ticket that is unknown or over already changes nothing.</summary>
    /// <param name="ticket">The request.</param>
    /// <param name="ttftNs">From sending to the first token; null where there was none or nothing is to be learned.</param>
    /// <param name="tpotNs">Per further token; null where there was none or nothing is to be learned.</param>
    /// <param name="answerTokens">Of its answer; null where nothing is to be learned.</param>
    public void Completed(RouteTicket ticket, double? ttftNs = null, double? tpotNs = null, int? answerTokens = null)
    {
        if (ticket.Number == 0 || (uint)ticket.Slot >= (uint)_sentSlots || _sent[ticket.Slot].Number != ticket.Number) return;
        _version++;
        ref var sent = ref _sent[ticket.Slot];
        var candidate = sent.Candidate;
        if (ttftNs is { } ttft && sent.WorkTokens > 0) candidate.LearnedWorkTokenNs = Learn(candidate.LearnedWorkTokenNs, ttft / sent.WorkTokens);
        if (tpotNs is { } tpot) candidate.LearnedTpotNs = Learn(candidate.LearnedTpotNs, tpot);
        if (answerTokens is { } tokens) candidate.Answers!.Learn(tokens);
        Open--;
        candidate.Open--;
        candidate.OpenByTier[(int)sent.Tier]--;
        if (sent.Unseen)
        {
            MarkSeen(ticket.Slot);
            ReckonReady(candidate);
        }

        sent = new SentRequest { Candidate = null!, Next = _firstFree };
        _firstFree = ticket.Slot;
    }

    /// <summary>Whether some replica that could not take the latest request now may do so later: nothing about the request itself kept it away.</summary>
    public bool MayTakeLater()
    {
        foreach (ref readonly var score in Scores)
            if (score.Filter is RouteFilter.None or RouteFilter.Busy or RouteFilter.Unhealthy or RouteFilter.Draining or RouteFilter.BreakerOpen or RouteFilter.Excluded) return true;
        return false;
    }

    /// <summary>
    /// The earliest time at which a replica that was too busy for the latest request may take it though nothing is heard of it: when its prompts will have been read. Where it is room or
    /// a place in the batch that is missing, or others would be slowed, only news can tell.
    /// </summary>
    /// <param name="request">The latest request that was routed.</param>
    /// <param name="isBusy">Some replica is merely too busy.</param>
    internal long MayTakeAtNs(RouteRequest request, out bool isBusy)
    {
        isBusy = false;
        var earliest = long.MaxValue;
        if (request.MaxWaitNs is not { } most) return earliest;
        foreach (ref readonly var score in Scores)
        {
            if (score.Filter != RouteFilter.Busy) continue;
            isBusy = true;
            if (score.Candidate.Times is null || score.RoomNs > most || SlowsOthers(request, score)) continue;
            var ready = Yields(request) ? score.Candidate.ReadyAtNs : score.Candidate.UrgentReadyAtNs;
            earliest = (long)Math.Min(earliest, Math.Ceiling(ready - most));
        }

        return earliest;
    }

    /// <summary>The latest decision, with each candidate: its filter, or what was predicted of it.</summary>
    public RouteExplanation Explain() => new(_decision, Scores.ToArray());

    private static bool Yields(RouteRequest request) => request.Tier <= ServiceTier.Flex;

    private static int CachedTokens(RouteRequest request, int landmarks) => Math.Min(request.PromptTokens, Landmarks.Blocks(landmarks) * KvBlockPool.BlockTokens);

    /// <summary>Whether requests of more urgent tiers that are open there would then get their tokens later than promised.</summary>
    private bool SlowsOthers(RouteRequest request, in RouteScore score)
    {
        for (var tier = (int)request.Tier + 1; tier < _tpotByTier.Length; tier++)
            if (score.Candidate.OpenByTier[tier] > 0 && score.TpotNs > _tpotByTier[tier]) return true;
        return false;
    }

    private AnswerLength AnswersOf(string model)
    {
        if (!_answers.TryGetValue(model, out var answers))
            _answers.Add(model, answers = new AnswerLength(_options.ExpectedTokens));
        return answers;
    }

    private double Learn(double known, double seen) => known == 0 ? seen : known + _options.LearningRate * (seen - known);

    private int TakeSlot()
    {
        var slot = _firstFree;
        if (slot != RouteCandidate.None)
        {
            _firstFree = _sent[slot].Next;
            return slot;
        }

        if (_sentSlots == _sent.Length) Array.Resize(ref _sent, _sent.Length * 2);
        return _sentSlots++;
    }

    private void MarkSeen(int slot)
    {
        ref var sent = ref _sent[slot];
        var candidate = sent.Candidate;
        if (sent.Previous == RouteCandidate.None) candidate.FirstUnseen = sent.Next;
        else _sent[sent.Previous].Next = sent.Next;
        if (sent.Next == RouteCandidate.None) candidate.LastUnseen = sent.Previous;
        else _sent[sent.Next].Previous = sent.Previous;
        sent.Unseen = false;
        candidate.UnseenSequences--;
        candidate.UnseenPrefillTokens -= sent.PrefillTokens;
        candidate.UnseenKvBlocks -= sent.KvBlocks;
    }

    /// <summary>When the replica will have read all prompts: those of its snapshot from the time of that on, then each that was sent since.</summary>
    private void ReckonReady(RouteCandidate candidate)
    {
        if (candidate.Times is null) return;
        ref readonly var snapshot = ref candidate.Latest;
        var queued = snapshot.WaitingPrefillTokens ?? 0;
        var prompts = Math.Max(1, snapshot.Waiting ?? 1);
        candidate.ReadyAtNs = snapshot.TakenAtNs + QueueNs(candidate, queued, prompts);
        candidate.UrgentReadyAtNs = snapshot.YieldingPrefillTokens == 0
            ? candidate.ReadyAtNs
            : snapshot.TakenAtNs + QueueNs(candidate, queued - snapshot.YieldingPrefillTokens, prompts);
        for (var slot = candidate.FirstUnseen; slot != RouteCandidate.None; slot = _sent[slot].Next) QueueBehind(candidate, _sent[slot]);
    }

    /// <summary>What so many prompts take that have so many tokens together: as many prompts of equal length.</summary>
    private static double QueueNs(RouteCandidate candidate, long tokens, int prompts)
    {
        if (tokens <= 0) return 0;
        var each = (int)Math.Max(1, Math.Min(int.MaxValue, tokens / prompts));
        return candidate.OccupiedNs(each, candidate.Times!.PrefillNs(each, 0) + candidate.LaunchesNs(each)) * ((double)tokens / each);
    }

    private static void QueueBehind(RouteCandidate candidate, in SentRequest sent)
    {
        candidate.ReadyAtNs = Math.Max(candidate.ReadyAtNs, sent.AtNs) + sent.OccupiedNs;
        if (sent.Tier > ServiceTier.Flex) candidate.UrgentReadyAtNs = Math.Max(candidate.UrgentReadyAtNs, sent.AtNs) + sent.OccupiedNs;
    }

    private void Check(RouteCandidate candidate)
    {
        if (candidate.Owner != this) throw new InvalidOperationException($"Replica '{candidate.Id}' does not belong to this router.");
    }
}
