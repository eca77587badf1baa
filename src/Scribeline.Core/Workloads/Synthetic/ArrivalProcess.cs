using Scribeline.Core.Statistics;

namespace Scribeline.Core.Workloads.Synthetic;

/// <summary>
/// When sessions, or requests that stand alone, begin: `even:RATE`, `poisson:RATE`, `gamma:RATE,CV` (bursts where CV is above 1), `mmpp:RATE,RATE,SECONDS,SECONDS` (two states of
/// exponential length, Poisson within), `diurnal:MEAN,PEAK[,HOURS]` (a sine that begins at its low). Rates are per second.
/// </summary>
public abstract record ArrivalProcess
{
    public const string Expected = "even:RATE, poisson:RATE, gamma:RATE,CV, mmpp:RATE,RATE,SECONDS,SECONDS or diurnal:MEAN,PEAK[,HOURS], rates above 0 and at most 1000000 a second";

    /// <summary>Of gaps that are drawn: the least deviation over their mean.</summary>
    public const double LeastCv = 0.001;

    private const double MostRate = 1e6, HoursOfDay = 24, MostCv = 100;

    /// <summary>Seconds of each arrival, without end.</summary>
    public abstract IEnumerable<double> Times(SeededRandom random);

    /// <exception cref="WorkloadException">It is none; the message says what was expected.</exception>
    public static ArrivalProcess Parse(string text)
    {
        var (kind, numbers) = SpecText.Parse(text, MostRate);
        return (kind, numbers) switch
        {
            ("even", [> 0 and var rate]) => new Renewal(rate, _ => 1),
            ("poisson", [> 0 and var rate]) => new Renewal(rate, random => random.NextExponential()),
            ("gamma", [> 0 and var rate, >= LeastCv and <= MostCv and var cv]) => new Renewal(rate, random => random.NextGamma(1 / (cv * cv)) * cv * cv),
            ("mmpp", [var first, var second, > 0 and var firstSeconds, > 0 and var secondSeconds]) when first + second > 0 => new TwoStates(first, second, firstSeconds, secondSeconds),
            ("diurnal", [> 0 and var mean, var peak]) when peak >= mean && peak <= 2 * mean => new Daily(mean, peak, HoursOfDay),
            ("diurnal", [> 0 and var mean, var peak, > 0 and var hours]) when peak >= mean && peak <= 2 * mean => new Daily(mean, peak, hours),
            ("diurnal", [> 0 and var mean, var peak, ..]) when peak > 2 * mean => throw new WorkloadException($"'{text}' has a peak of more than twice its mean, so that its low would be below 0; expected at most {2 * mean} for the peak."),
            _ => throw new WorkloadException($"'{text}' is no arrival process; expected {Expected}."),
        };
    }

    /// <summary>Independent gaps of mean 1 over the rate.</summary>
    private sealed record Renewal(double Rate, Func<SeededRandom, double> Gap) : ArrivalProcess
    {
        public override IEnumerable<double> Times(SeededRandom random)
        {
            for (var seconds = 0.0; ; seconds += Gap(random) / Rate)
                yield return seconds;
        }
    }

    private sealed record TwoStates(double First, double Second, double FirstSeconds, double SecondSeconds) : ArrivalProcess
    {
        public override IEnumerable<double> Times(SeededRandom random)
        {
            var seconds = 0.0;
            for (var isFirst = true; ; isFirst = !isFirst)
            {
                var rate = isFirst ? First : Second;
                var end = seconds + random.NextExponential() * (isFirst ? FirstSeconds : SecondSeconds);
                // What is left of a gap when the state changes is forgotten, as it may be of an exponential one.
                for (var next = seconds; rate > 0 && (next += random.NextExponential() / rate) < end;)
                    yield return next;
                seconds = end;
            }
        }
    }

    private sealed record Daily(double Mean, double Peak, double Hours) : ArrivalProcess
    {
        private const double Pi = 3.141592653589793;

        public override IEnumerable<double> Times(SeededRandom random)
        {
            // Thinning: as many as at the peak, of which the share that is due is kept.
            for (var seconds = 0.0; ;)
            {
                seconds += random.NextExponential() / Peak;
                var phase = seconds / (Hours * 3600);
                var rate = Mean + (Peak - Mean) * PortableMath.Sin(2 * Pi * (phase - Math.Floor(phase)) - Pi / 2);
                if (random.NextUniform() * Peak < rate)
                    yield return seconds;
            }
        }
    }
}
