"""Both steps in PyTorch, eager, with its own automatic differentiation and Adam."""

import problem  # before PyTorch: it limits the threads
import torch

torch.set_num_threads(1)
torch.set_default_dtype(torch.float64)

PARAMETERS, POINTS = problem.numbers()
POINTS = torch.tensor(POINTS)


def energy(parameters, z, activation):
    for layer in range(3):
        z = activation(torch.addmm(parameters[2 * layer + 1], z, parameters[2 * layer]))
    return torch.addmm(parameters[7], z, parameters[6])[:, 0]


def notebook(parameters, z):
    """The reported loss with forward differences, and the energy and L2 terms, which alone are differentiated."""
    q, p = z[:, 0], z[:, 1]
    at = energy(parameters, z, torch.relu)
    trained = torch.mean((at - 0.5 * (p * p + q * q)) ** 2)
    trained = trained + problem.L2 * sum(torch.sum(w * w) for w in parameters[0::2])
    with torch.no_grad():
        moved = torch.cat([z, z])
        moved[: len(z), 0] += problem.EPSILON
        moved[len(z) :, 1] += problem.EPSILON
        moved = energy(parameters, moved, torch.relu)
        dq = (moved[: len(z)] - at) / problem.EPSILON
        dp = (moved[len(z) :] - at) / problem.EPSILON
        loss = torch.mean((dp - p) ** 2 + (q - dq) ** 2) + trained
    return loss, trained


def hnn(parameters, z):
    z = z.requires_grad_()
    q, p = z[:, 0], z[:, 1]
    at = energy(parameters, z, torch.tanh)
    (dh,) = torch.autograd.grad(at.sum(), z, create_graph=True)
    residual = at - (0.5 * (p * p + q * q)).detach()
    loss = torch.mean((dh[:, 1] - p.detach()) ** 2 + (q.detach() - dh[:, 0]) ** 2 + residual**2)
    return loss, loss


for work, evaluate in (("notebook", notebook), ("hnn", hnn)):
    parameters = [torch.tensor(x, requires_grad=True) for x in PARAMETERS]
    adam = torch.optim.Adam(parameters, lr=problem.RATE, foreach=True)
    batches = [batch.clone() for batch in POINTS]

    def step(z):
        adam.zero_grad(set_to_none=True)
        loss, trained = evaluate(parameters, z)
        gradient = torch.autograd.grad(trained, parameters)
        for x, g in zip(parameters, gradient):
            x.grad = g
        adam.step()
        return loss.detach()

    losses = [step(batches[0])]
    first = torch.sqrt(sum(torch.sum(x.grad * x.grad) for x in parameters))
    losses += [step(z) for z in batches[1:10]]
    epoch = lambda: [step(z) for z in batches]
    problem.report(f"PyTorch {torch.__version__}, eager", work, epoch, losses, first)
