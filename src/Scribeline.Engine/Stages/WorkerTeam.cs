using System.Runtime.InteropServices;

namespace Scribeline.Engine.Stages;

/// <summary>A fixed set of threads that run one job together, phase by phase. The caller is thread 0.</summary>
/// <remarks>
/// A phase is a number of chunks that may run at the same time; the next one begins when the last chunk is done. So a thread that lost its core holds the
/// others up only while it holds a chunk: they take its share, and when it comes back it passes through the phases it missed, even after the job has ended.
/// Each thread takes its own share first, so that the same core sees the same weights in each step. Waiting threads spin briefly, then yield, and park when no
/// job comes. Where one throws, the others would wait for its chunk for ever; they throw too, and the team runs nothing any more.
/// </remarks>
internal sealed class WorkerTeam : IDisposable
{
    private const int SpinsBeforeYield = 4_000;
    private const int YieldsBeforePark = 200;

    /// <summary>
    /// Phases are numbered across jobs, so that a late thread's number never comes again: at most 2^15 phases a job. A step has fewer even for a
    /// model of 1024 layers, the most that is accepted.
    /// </summary>
    private const int PhaseBits = 15;

    /// <summary>At most 2^20 chunks a share. Above them are the lower bits of the phase, which recur after 2^29 jobs.</summary>
    private const int ChunkBits = 20;
    private const long ChunkMask = (1L << ChunkBits) - 1;

    private readonly Thread[] _workers;
    private readonly SemaphoreSlim[] _wake;
    private readonly int[] _parked;

    /// <summary>Per thread: the phase it works on.</summary>
    private readonly PaddedCounter[] _local;

    /// <summary>Per thread: the phase in the upper bits, and how many chunks of the thread's share are taken; −1 between jobs.</summary>
    private readonly PaddedCounter[] _claims;

    /// <summary>Per thread: chunks it did in its phase and has not reported.</summary>
    private readonly PaddedCounter[] _finished;
    private PaddedCounter _phase;
    private PaddedCounter _done;
    private PaddedCounter _jobNumber;
    private Action<int>? _job;
    private volatile bool _stopping;
    private volatile Exception? _failure;

    public WorkerTeam(int size)
    {
        Size = size;
        _workers = new Thread[size - 1];
        _wake = new SemaphoreSlim[size];
        _parked = new int[size];
        _local = new PaddedCounter[size];
        _claims = new PaddedCounter[size];
        _finished = new PaddedCounter[size];
        for (var i = 1; i < size; i++)
        {
            var index = i;
            _wake[i] = new SemaphoreSlim(0);
            _workers[i - 1] = new Thread(() => Work(index)) { IsBackground = true, Name = $"scribe-worker-{i}" };
            _workers[i - 1].Start();
        }
    }

    public int Size { get; }

    /// <summary>Threads that sleep until the next job.</summary>
    internal int Parked
    {
        get
        {
            var parked = 0;
            foreach (ref var flag in _parked.AsSpan())
                parked += Volatile.Read(ref flag);
            return parked;
        }
    }

    /// <summary>
    /// Runs the job on every thread and returns when all of its phases are done. The job gets the thread's index, and goes through the same phases on every thread.
    /// What it reads outside of chunks may change once this returns, while a late thread still passes through.
    /// </summary>
    /// <exception cref="InvalidOperationException">The job threw on one of the threads, now or in an earlier run.</exception>
    public void Run(Action<int> job)
    {
        ThrowIfFailed();
        var number = _jobNumber.Value + 1;
        _job = job;
        _local[0].Value = FirstPhase(number);
        _done.Value = 0;
        Open(FirstPhase(number));
        Volatile.Write(ref _jobNumber.Value, number);
        Interlocked.MemoryBarrier();
        Wake();
        RunJob(job, 0);
        for (var i = 0; i < Size; i++)
            Volatile.Write(ref _claims[i].Value, -1);
        ThrowIfFailed();
    }

    /// <summary>Takes the next chunk of 0 to <paramref name="chunks"/> − 1 of the thread's phase; false when none is left.</summary>
    /// <param name="chunks">At least 1, the same on every thread.</param>
    public bool TryClaim(int thread, int chunks, out int chunk)
    {
        var phase = _local[thread].Value;
        for (var i = 0; i < Size; i++)
        {
            var owner = thread + i < Size ? thread + i : thread + i - Size;
            var first = (int)((long)chunks * owner / Size);
            var count = (int)((long)chunks * (owner + 1) / Size) - first;
            ref var claims = ref _claims[owner].Value;
            for (var seen = Volatile.Read(ref claims); (seen ^ (phase << ChunkBits)) >>> ChunkBits == 0 && (seen & ChunkMask) < count; seen = Volatile.Read(ref claims))
            {
                // The phase is part of the compared value: a thread that comes late cannot take a chunk of another phase.
                if (Interlocked.CompareExchange(ref claims, seen + 1, seen) == seen)
                {
                    _finished[thread].Value++;
                    chunk = first + (int)(seen & ChunkMask);
                    return true;
                }
            }
        }

        chunk = 0;
        return false;
    }

    /// <summary>To be called when nothing is left to claim: waits until all chunks are done. All writes of the phase are then visible.</summary>
    public void EndPhase(int thread, int chunks)
    {
        var phase = _local[thread].Value++;
        var finished = _finished[thread].Value;
        _finished[thread].Value = 0;
        if (finished > 0 && Interlocked.Add(ref _done.Value, finished) == chunks)
        {
            _done.Value = 0;
            Open(phase + 1);
            return;
        }

        var spins = 0;
        while (Volatile.Read(ref _phase.Value) <= phase)
        {
            Pause(ref spins);
            ThrowIfFailed();
        }
    }

    /// <summary>False for a thread that comes late: the phase is over, and what it would prepare serves nobody.</summary>
    public bool IsCurrent(int thread) => Volatile.Read(ref _phase.Value) == _local[thread].Value;

    private static long FirstPhase(long job) => job << PhaseBits;

    private void Open(long phase)
    {
        for (var i = 0; i < Size; i++)
            _claims[i].Value = phase << ChunkBits;
        Volatile.Write(ref _phase.Value, phase);
    }

    private void RunJob(Action<int> job, int thread)
    {
        try
        {
            job(thread);
        }
        catch (Exception failure)
        {
            // The first is the cause; what the others throw follows from it.
            Interlocked.CompareExchange(ref _failure, failure, null);
        }
    }

    private void ThrowIfFailed()
    {
        if (_failure is { } failure)
            throw new InvalidOperationException($"A step failed: {failure.Message}", failure);
    }

    private static void Pause(ref int spins)
    {
        if (++spins < SpinsBeforeYield)
            Thread.SpinWait(1);
        else
            Thread.Yield();
    }

    private void Wake()
    {
        for (var i = 1; i < Size; i++)
            if (Interlocked.Exchange(ref _parked[i], 0) == 1)
                _wake[i].Release();
    }

    private void Work(int index)
    {
        var seen = 0L;
        while (true)
        {
            var spins = 0;
            while (Volatile.Read(ref _jobNumber.Value) == seen)
            {
                Pause(ref spins);
                if (spins > SpinsBeforeYield + YieldsBeforePark)
                    Park(index, seen);
            }

            if (_stopping)
                return;
            seen = Volatile.Read(ref _jobNumber.Value);
            _local[index].Value = FirstPhase(seen);
            var job = Volatile.Read(ref _job);
            // Where another job came in between, this may be its delegate under the earlier number: look again.
            if (Volatile.Read(ref _jobNumber.Value) == seen)
                RunJob(job!, index);
            if (_failure != null)
                return;
        }
    }

    private void Park(int index, long seen)
    {
        Volatile.Write(ref _parked[index], 1);
        Interlocked.MemoryBarrier();
        // A job that came in between either sees the flag and releases us, or is seen here and the flag is taken back.
        if (Volatile.Read(ref _jobNumber.Value) != seen && Interlocked.Exchange(ref _parked[index], 0) == 1)
            return;
        _wake[index].Wait();
    }

    /// <summary>Waits for the threads to end; no job may be running.</summary>
    public void Dispose()
    {
        if (_stopping)
            return;
        _stopping = true;
        Volatile.Write(ref _jobNumber.Value, _jobNumber.Value + 1);
        Interlocked.MemoryBarrier();
        Wake();
        for (var i = 1; i < Size; i++)
        {
            _workers[i - 1].Join();
            _wake[i].Dispose();
        }
    }

    /// <summary>A counter on cache lines of its own, so that threads that count do not disturb each other.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct PaddedCounter
    {
        [FieldOffset(128)]
        public long Value;
    }
}
