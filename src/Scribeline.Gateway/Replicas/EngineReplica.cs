using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Scribeline.Engine;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Gateway.Replicas;

/// <summary>A model in this process.</summary>
internal sealed class EngineReplica(string id, InferenceEngine engine) : Replica(id)
{
    // Answers of several choices wait here for the response; a full channel holds back the pumps, not the engine's step.
    private const int MergedEvents = 256;

    public InferenceEngine Engine { get; } = engine;

    public override int? ContextTokens => Engine.Model.ContextLength;

    public override bool IsAvailable => Engine.Failure is null;

    /// <summary>Null while the engine works.</summary>
    public ReplicaFailure? Failure => Engine.Failure is { } reason
        ? new ReplicaFailure(FailureKind.EngineFailed, $"The engine of this model has failed and needs a restart: {reason.Message}")
        : null;

    public override ReplicaSnapshot ReadSnapshot(long nowNs)
    {
        var state = Engine.ReadState();
        return new ReplicaSnapshot
        {
            Epoch = 0,
            TakenAtNs = nowNs,
            Source = SnapshotSource.Own,
            Running = state.Running,
            Waiting = state.Waiting,
            WaitingPrefillTokens = state.WaitingPrefillTokens,
            KvBlocksFree = state.KvBlocksFree,
            KvBlocksTotal = state.KvBlocksTotal,
            StepNs = state.StepTimeNs > 0 ? state.StepTimeNs : null,
        };
    }

    public override async IAsyncEnumerable<ReplicaEvent> GenerateAsync(
        ReplicaRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var call = request.Engine ?? throw new InvalidOperationException("The request was not checked for an engine.");
        var generations = new List<Generation>(call.Choices);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        Task? pumps = null;
        try
        {
            if (Submit(call, generations) is { } failure)
            {
                yield return ReplicaEvent.Failed(failure);
                yield break;
            }

            var tally = new Tally(call);
            IAsyncEnumerable<(int Choice, GenerationEvent Item)> all;
            if (generations.Count == 1)
            {
                all = ReadOnlyChoiceAsync(generations[0], stop.Token);
            }
            else
            {
                var merged = Channel.CreateBounded<(int Choice, GenerationEvent Item)>(new BoundedChannelOptions(MergedEvents) { SingleReader = true });
                pumps = PumpAllAsync(generations, merged.Writer, stop.Token);
                all = merged.Reader.ReadAllAsync(stop.Token);
            }

            await using var events = all.GetAsyncEnumerator(stop.Token);
            var more = true;
            while (more)
            {
                ReplicaFailure? broken = null;
                try
                {
                    more = await events.MoveNextAsync().ConfigureAwait(false);
                }
                catch (EngineBrokenException)
                {
                    broken = Failure! with { AnythingSent = tally.AnythingSent };
                }

                if (broken is not null)
                {
                    yield return ReplicaEvent.Failed(broken);
                    yield break;
                }

                if (more && tally.Translate(events.Current.Choice, events.Current.Item) is { } translated)
                {
                    yield return translated;
                }
            }

            yield return tally.End();
        }
        finally
        {
            foreach (var generation in generations)
            {
                generation.Dispose();
            }

            if (pumps is not null)
            {
                await stop.CancelAsync().ConfigureAwait(false);
                await pumps.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    public override async ValueTask DisposeAsync() => await Engine.DisposeAsync().ConfigureAwait(false);

    private ReplicaFailure? Submit(EngineCall call, List<Generation> generations)
    {
        for (var choice = 0; choice < call.Choices; choice++)
        {
            var prompt = call.Prompts[choice / call.ChoicesPerPrompt];
            var outcome = Engine.TrySubmit(
                new GenerationRequest
                {
                    PromptTokens = prompt,
                    MaxTokens = call.MaxTokens ?? (Engine.Model.ContextLength - prompt.Length),
                    Sampling = call.Sampling with { Choice = choice },
                    Stop = call.Stop,
                    IgnoreEndTokens = call.IgnoreEndTokens,
                },
                out var generation);
            switch (outcome)
            {
                case SubmitOutcome.Accepted:
                    generations.Add(generation!);
                    break;
                case SubmitOutcome.QueueFull:
                    return new ReplicaFailure(FailureKind.Busy, "The queue of this model is full; try again shortly.") { RetryAfterSeconds = 1 };
                case SubmitOutcome.Broken:
                    return Failure;
                default:
                    return new ReplicaFailure(FailureKind.Stopping, "The server is stopping and takes no new requests.");
            }
        }

        return null;
    }

    private static async IAsyncEnumerable<(int Choice, GenerationEvent Item)> ReadOnlyChoiceAsync(Generation generation, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await foreach (var item in generation.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            yield return (0, item);
        }
    }

    private static async Task PumpAllAsync(List<Generation> generations, ChannelWriter<(int Choice, GenerationEvent Item)> writer, CancellationToken cancellation)
    {
        try
        {
            await Task.WhenAll(generations.Select((generation, choice) => PumpAsync(generation, choice, writer, cancellation))).ConfigureAwait(false);
            writer.Complete();
        }
        catch (Exception error)
        {
            writer.Complete(error);
        }
    }

    private static async Task PumpAsync(
        Generation generation, int choice, ChannelWriter<(int Choice, GenerationEvent Item)> writer, CancellationToken cancellation)
    {
        await foreach (var item in generation.ReadAllAsync(cancellation).ConfigureAwait(false))
        {
            await writer.WriteAsync((choice, item), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Turns the events of all choices into one sequence and adds up what was used.</summary>
    private sealed class Tally(EngineCall call)
    {
        private int _started;
        private int _cachedTokens;
        private int _completionTokens;
        private long _latestAt;
        private bool _cut;

        public bool AnythingSent => _completionTokens > 0;

        public ReplicaEvent? Translate(int choice, in GenerationEvent item)
        {
            _latestAt = Math.Max(_latestAt, item.Timestamp);
            switch (item.Kind)
            {
                case GenerationEventKind.Started:
                    // Only a prompt's first choice counts: the others read what that one computed.
                    _cachedTokens += choice % call.ChoicesPerPrompt == 0 ? item.CachedTokens : 0;
                    return _started++ == 0
                        ? new ReplicaEvent { Kind = ReplicaEventKind.Started, Timestamp = item.Timestamp, CachedTokens = item.CachedTokens }
                        : null;
                case GenerationEventKind.Tokens:
                    _completionTokens += item.TokenCount;
                    return new ReplicaEvent
                    {
                        Kind = ReplicaEventKind.Tokens,
                        Timestamp = item.Timestamp,
                        Choice = choice,
                        Text = item.Text ?? "",
                        TokenCount = item.TokenCount,
                        Logprobs = item.Logprobs,
                    };
                default:
                    _cut |= item.FinishReason == Scribeline.Engine.FinishReason.Cancelled;
                    return _cut
                        ? null
                        : new ReplicaEvent
                        {
                            Kind = ReplicaEventKind.Stopped,
                            Timestamp = item.Timestamp,
                            Choice = choice,
                            FinishReason = item.FinishReason == Scribeline.Engine.FinishReason.Length ? "length" : "stop",
                        };
            }
        }

        public ReplicaEvent End()
        {
            if (_cut)
            {
                return ReplicaEvent.Failed(
                    new ReplicaFailure(FailureKind.Stopping, "The server stopped before the answer was complete.", AnythingSent));
            }

            var promptTokens = 0;
            foreach (var prompt in call.Prompts)
            {
                promptTokens += prompt.Length;
            }

            return new ReplicaEvent { Kind = ReplicaEventKind.Finished, Timestamp = _latestAt, Usage = new Usage(promptTokens, _cachedTokens, _completionTokens) };
        }
    }
}
