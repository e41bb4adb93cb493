import { relative } from 'node:path'
import { BaseSequencer } from 'vitest/node'

/**
 * A mutant is dead at the first test that fails. So the files that found one when they last ran come first, for they
 * often find its neighbour too, and then the quick ones. Vitest's own order, for using many cores, is the slowest first.
 */
export class QuickestFirst extends BaseSequencer {
  /**
   * @override
   * @param {import('vitest/node').TestSpecification[]} files
   */
  async sort(files) {
    const sorted = await super.sort(files)
    const projects = [...new Set(sorted.map(({ project }) => project))]
    return projects.flatMap((project) =>
      sorted
        .filter((file) => file.project === project)
        .sort((one, other) => this.#cost(one) - this.#cost(other)),
    )
  }

  /** @param {import('vitest/node').TestSpecification} file */
  #cost({ project, moduleId }) {
    const last = this.ctx.cache.getFileTestResults(
      `${project.name}:${relative(this.ctx.config.root, moduleId)}`,
    )
    return last?.failed ? -1 : (last?.duration ?? 0)
  }
}
