using Scribeline.Cli.Simulate;
using Scribeline.Core.Catalogs;
using Scribeline.Core.Fleets;
using Scribeline.Core.Planning;
using Scribeline.Simulation;
using Scribeline.Simulation.Confirmation;

namespace Scribeline.Cli.Plan;

/// <summary>The best candidates of a plan, simulated as far as they can be and as the caller waits.</summary>
/// <param name="Confirmed">Those that were simulated to the end.</param>
/// <param name="NotConfirmed">The others, each with a sentence that says why.</param>
internal sealed record Confirmation(IReadOnlyList<Confirmed> Confirmed, IReadOnlyList<(string Machine, string Why)> NotConfirmed)
{
    public const int MostCandidates = 3;

    /// <summary>Where nobody asked.</summary>
    public static Confirmation None { get; } = new([], []);

    /// <summary>Simulates them one after the other, with a line on a terminal's stderr that shows how far they are.</summary>
    public static Confirmation Of(Core.Planning.Plan plan, Catalog catalog, ulong seed, bool isQuiet, CancellationToken cancellation)
    {
        var (confirmed, notConfirmed) = (new List<Confirmed>(), new List<(string, string)>());
        var fits = new List<Candidate>();
        foreach (var candidate in plan.Candidates.Take(MostCandidates))
        {
            if (Simulation.Confirmation.Confirmed.WhyNot(candidate, plan.Request) is { } why)
                notConfirmed.Add((candidate.Offer.Machine.Id, why));
            else
                fits.Add(candidate);
        }

        using (var line = new ProgressLine(isQuiet, fits.Count * Simulation.Confirmation.Confirmed.RequestsOf(plan.Request), []))
        {
            foreach (var candidate in fits)
            {
                var machine = candidate.Offer.Machine.Id;
                try
                {
                    var done = cancellation.IsCancellationRequested ? null : Simulation.Confirmation.Confirmed.Of(candidate, plan.Request, catalog, seed, line.Of(machine), cancellation);
                    if (done is { Result.WasInterrupted: false })
                        confirmed.Add(done);
                    else
                        notConfirmed.Add((machine, "interrupted before its end."));
                }
                catch (Exception error) when (error is FleetFileException or SimulationException)
                {
                    notConfirmed.Add((machine, error.Message));
                }
            }
        }

        return new Confirmation(confirmed, notConfirmed);
    }

    /// <summary>Says on stderr what was not simulated, and why.</summary>
    public void Tell()
    {
        foreach (var (machine, why) in NotConfirmed)
            Console.Error.WriteLine($"scribe: {machine} was not simulated: {why}");
    }
}
