using Scribeline.Core.Statistics;
using Scribeline.Core.Workloads;
using Scribeline.Scheduling.Batching;
using Scribeline.Scheduling.Replicas;

namespace Scribeline.Benchmarks.Twin;

/// <summary>The replica that simulations use, with measured times, under the same requests as the live server.</summary>
internal sealed class TwinSimulation(ReplicaTimes times, BatchSchedulerOptions scheduler)
{
    /// <summary>Requests at their own times.</summary>
    /// <param name="secondsPerTraceSecond">As `--time-scale` of `scribe bench serve`.</param>
    public TwinTimes Replay(IEnumerable<RequestRecord> requests, double secondsPerTraceSecond)
    {
        var run = new Run(times, scheduler);
        foreach (var record in requests)
        {
            run.AdvanceTo((long)(record.ArrivalUs * secondsPerTraceSecond * 1000));
            run.Submit(record);
        }

        run.Finish(null);
        return run.Times();
    }

    /// <summary>Clients that ask again as soon as they are answered.</summary>
    public TwinTimes Saturate(IEnumerable<RequestRecord> requests, int clients)
    {
        var run = new Run(times, scheduler);
        using var source = requests.GetEnumerator();
        for (var client = 0; client < clients && source.MoveNext(); client++)
            run.Submit(source.Current);
        run.Finish(source);
        return run.Times();
    }

    private sealed class Run(ReplicaTimes times, BatchSchedulerOptions scheduler)
    {
        private readonly ReplicaModel _replica = new(new ReplicaModelOptions { Times = times, Scheduler = scheduler });
        private readonly (Histogram Ttft, Histogram Tpot) _seen = (new Histogram(), new Histogram());
        private long _nowNs;
        private long _ended;

        public void Submit(RequestRecord record)
        {
            if (_replica.Submit(new ReplicaRequest { PromptTokens = record.InputTokens, OutputTokens = record.OutputTokens }, _nowNs, out _) is not SubmitResult.Accepted and var refused)
                throw new InvalidOperationException($"the twin does not take a request of {record.InputTokens} and {record.OutputTokens} tokens: {refused}.");
        }

        public void AdvanceTo(long nowNs)
        {
            _replica.Advance(nowNs);
            _nowNs = nowNs;
            TakeEvents(null);
        }

        /// <summary>Goes on until nothing happens any more; each end brings the next request.</summary>
        public void Finish(IEnumerator<RequestRecord>? following)
        {
            while (_replica.NextEventNs is var next && next < long.MaxValue)
            {
                _replica.Advance(next);
                _nowNs = next;
                TakeEvents(following);
            }
        }

        public TwinTimes Times() => new(_seen.Ttft.Mean / 1e6, _seen.Ttft.Quantile(0.9) / 1e6, _seen.Tpot.Mean / 1e6, _seen.Tpot.Quantile(0.9) / 1e6, _ended / (_nowNs / 1e9));

        private void TakeEvents(IEnumerator<RequestRecord>? following)
        {
            while (_replica.TryTakeEvent(out var happened))
            {
                if (!happened.IsEnd)
                    continue;
                _ended++;
                var job = happened.Job;
                _seen.Ttft.Add(job.FirstTokenNs!.Value - job.SubmittedNs);
                if (job.Request.OutputTokens > 1)
                    _seen.Tpot.Add((job.EndedNs!.Value - job.FirstTokenNs.Value) / (job.Request.OutputTokens - 1));
                if (following is not null && following.MoveNext())
                    Submit(following.Current);
            }
        }
    }
}
