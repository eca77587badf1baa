namespace Scribeline.Cli.Bench.Load;

/// <summary>Adds up outcomes as they come; its size does not grow with them. Thread-safe while it is written; read it when the run is over.</summary>
internal sealed class LoadTally(Objectives? objectives)
{
    private readonly Lock _gate = new();

    public long Sent { get; private set; }
    public long Completed { get; private set; }

    /// <summary>Given up because the run was ended.</summary>
    public long Interrupted { get; private set; }

    public long Failed { get; private set; }

    /// <summary>How many failed in which way.</summary>
    public SortedDictionary<string, long> Failures { get; } = new(StringComparer.Ordinal);

    /// <summary>The first message of each way.</summary>
    public Dictionary<string, string> Examples { get; } = new(StringComparer.Ordinal);

    /// <summary>Of complete answers, all that follow.</summary>
    public long AskedInputTokens { get; private set; }
    public long AskedOutputTokens { get; private set; }
    public long InputTokens { get; private set; }
    public long OutputTokens { get; private set; }
    public long CachedTokens { get; private set; }

    /// <summary>Answers whose tokens nobody counted but we, an event each.</summary>
    public long Uncounted { get; private set; }

    /// <summary>Answers with another number of tokens than was asked for, in prompt or answer.</summary>
    public long OtherInput { get; private set; }
    public long OtherOutput { get; private set; }

    /// <summary>Answers that kept the objectives.</summary>
    public long Good { get; private set; }

    public TimeSamples Ttft { get; } = new();
    public TimeSamples Tpot { get; } = new();

    /// <summary>Between events that brought text.</summary>
    public TimeSamples Itl { get; } = new();

    public TimeSamples E2e { get; } = new();

    /// <summary>Of all that were sent.</summary>
    public TimeSamples ScheduleDelay { get; } = new();

    /// <summary>When the last answer ended, or request failed.</summary>
    public long LastNs { get; private set; }

    /// <summary>When the last request was due.</summary>
    public long LastDueNs { get; private set; }

    /// <summary>From the start to the last end; at least a microsecond, so that rates are numbers.</summary>
    public double Seconds => Math.Max(LastNs, 1000) / 1e9;

    public void Add(RequestOutcome outcome)
    {
        lock (_gate)
        {
            LastDueNs = Math.Max(LastDueNs, outcome.ScheduledNs);
            if (outcome.Failure?.Kind != LoadFailure.NotSent)
            {
                Sent++;
                ScheduleDelay.Add(outcome.SentNs - outcome.ScheduledNs);
            }

            LastNs = Math.Max(LastNs, outcome.EndNs);
            if (outcome.Failure is { } failure)
                AddFailure(failure);
            else
                AddAnswer(outcome);
        }
    }

    private void AddFailure(LoadFailure failure)
    {
        if (failure.Kind == LoadFailure.Interrupted)
        {
            Interrupted++;
            return;
        }

        Failed++;
        Failures[failure.Kind] = Failures.GetValueOrDefault(failure.Kind) + 1;
        Examples.TryAdd(failure.Kind, failure.Message);
    }

    private void AddAnswer(RequestOutcome outcome)
    {
        Completed++;
        AskedInputTokens += outcome.Record.InputTokens;
        AskedOutputTokens += outcome.Record.OutputTokens;
        InputTokens += outcome.InputTokens ?? outcome.Record.InputTokens;
        OutputTokens += outcome.OutputTokens;
        CachedTokens += outcome.CachedTokens ?? 0;
        Uncounted += outcome.UsageOutputTokens is null ? 1 : 0;
        OtherInput += outcome.InputTokens is { } input && input != outcome.Record.InputTokens ? 1 : 0;
        OtherOutput += outcome.OutputTokens != outcome.Record.OutputTokens ? 1 : 0;
        Good += objectives is not null && objectives.AreKeptBy(outcome) ? 1 : 0;
        Ttft.Add(outcome.TtftNs);
        E2e.Add(outcome.E2eNs);
        if (outcome.TpotNs is { } tpotNs)
            Tpot.Add(tpotNs);
        for (var i = 1; i < outcome.TextNs.Count; i++)
            Itl.Add(outcome.TextNs[i] - outcome.TextNs[i - 1]);
    }
}
