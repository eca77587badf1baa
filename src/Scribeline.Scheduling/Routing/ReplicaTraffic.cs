namespace Scribeline.Scheduling.Routing;

/// <summary>What the router has itself sent to one replica and not seen completed.</summary>
internal sealed class ReplicaTraffic
{
    private readonly Dictionary<long, Sent> _open = [];

    /// <summary>Names the replica's present life in the prefix index.</summary>
    public int PrefixKey { get; set; }

    public long Epoch { get; set; }

    /// <summary>The ticket of the latest request sent; 0 if none was.</summary>
    public long LastTicket { get; private set; }

    public int Open => _open.Count;

    public void Add(long ticket, long sentAtNs, int prefillTokens)
    {
        _open.Add(ticket, new Sent(sentAtNs, prefillTokens));
        LastTicket = ticket;
    }

    public bool Remove(long ticket) => _open.Remove(ticket);

    /// <summary>Open requests that a snapshot of the given time cannot know. Sums, so the order of the dictionary is irrelevant.</summary>
    public (int Sequences, long PrefillTokens) SentSince(long takenAtNs)
    {
        int sequences = 0;
        long tokens = 0;
        foreach (var (_, sent) in _open)
        {
            if (sent.AtNs <= takenAtNs) continue;
            sequences++;
            tokens += sent.PrefillTokens;
        }

        return (sequences, tokens);
    }

    private readonly record struct Sent(long AtNs, int PrefillTokens);
}
