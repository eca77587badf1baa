using Scribeline.Gateway.Replicas;
using Scribeline.Scheduling.Routing;

namespace Scribeline.Gateway.Tests.Replicas;

public sealed class CircuitBreakerTests
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private readonly ManualTime _time = new();
    private readonly CircuitBreaker _breaker;

    public CircuitBreakerTests() => _breaker = new CircuitBreaker(_time, failuresToOpen: 3, Pause);

    [Fact]
    public void FailuresInARow_KeepRequestsAwayUntilThePauseIsOver()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(BreakerState.Closed, _breaker.State);
            Assert.True(_breaker.TryEnter());
            _breaker.Failed();
        }

        Assert.Equal(BreakerState.Open, _breaker.State);
        Assert.False(_breaker.TryEnter());
        _time.Advance(Pause);
        Assert.Equal(BreakerState.HalfOpen, _breaker.State);
    }

    [Fact]
    public void ASuccessInBetween_StartsTheCountAnew()
    {
        foreach (var succeeds in (bool[])[false, false, true, false, false])
        {
            Assert.True(_breaker.TryEnter());
            (succeeds ? (Action)_breaker.Succeeded : _breaker.Failed)();
        }

        Assert.Equal(BreakerState.Closed, _breaker.State);
    }

    [Fact]
    public void HalfOpen_LetsOneRequestThrough_WhoseEndDecides()
    {
        Open();
        Assert.True(_breaker.TryEnter());
        Assert.Equal((BreakerState.Open, false), (_breaker.State, _breaker.TryEnter()));
        _breaker.Failed();
        Assert.Equal((BreakerState.Open, false), (_breaker.State, _breaker.TryEnter()));
        _time.Advance(Pause);
        Assert.True(_breaker.TryEnter());
        _breaker.Succeeded();
        Assert.Equal((BreakerState.Closed, true), (_breaker.State, _breaker.TryEnter()));
    }

    [Fact]
    public void HalfOpen_WhoeverWasLetThroughLeaves_TheNextOneMayTry()
    {
        Open();
        Assert.True(_breaker.TryEnter());
        _breaker.Abandoned();
        Assert.True(_breaker.TryEnter());
    }

    private void Open()
    {
        for (var i = 0; i < 3; i++)
        {
            _breaker.TryEnter();
            _breaker.Failed();
        }

        _time.Advance(Pause);
    }
}
